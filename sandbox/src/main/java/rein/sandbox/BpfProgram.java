package rein.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A classic BPF program over {@code struct seccomp_data} (seccomp(2)), built front to back; jumps
 * only go forward and are counted in instructions. Confined to one thread.
 */
final class BpfProgram {
    static final int ALLOW = 0x7fff_0000;
    static final int USER_NOTIF = 0x7fc0_0000;
    static final int KILL_PROCESS = 0x8000_0000;
    static final int INSTRUCTION_BYTES = 8;

    /** BPF_MAXINSNS: the kernel takes no longer program. */
    private static final int INSTRUCTIONS_MAX = 4096;

    private static final int LOAD = 0x20;
    private static final int JUMP_EQUAL = 0x15;
    private static final int JUMP_AT_LEAST = 0x35;
    private static final int JUMP_ANY_BIT = 0x45;
    private static final int AND = 0x54;
    private static final int RETURN = 0x06;
    private static final int ARCH_OFFSET = 4;
    private static final int ARGUMENTS_OFFSET = 16;

    private record Instruction(int code, int whenTrue, int whenFalse, int k) {}

    private final List<Instruction> instructions = new ArrayList<>();

    static int errno(int number) {
        return 0x0005_0000 | number;
    }

    BpfProgram loadNumber() {
        return add(LOAD, 0, 0, 0);
    }

    BpfProgram loadArchitecture() {
        return add(LOAD, 0, 0, ARCH_OFFSET);
    }

    /** The low 32 bits of an argument: all that the kernel looks at for the calls filtered here. */
    BpfProgram loadArgument(int index) {
        return add(LOAD, 0, 0, ARGUMENTS_OFFSET + 8 * index);
    }

    BpfProgram and(int mask) {
        return add(AND, 0, 0, mask);
    }

    BpfProgram ifEqual(int value, int skipWhenTrue, int skipWhenFalse) {
        return add(JUMP_EQUAL, skipWhenTrue, skipWhenFalse, value);
    }

    BpfProgram ifAtLeast(int value, int skipWhenTrue, int skipWhenFalse) {
        return add(JUMP_AT_LEAST, skipWhenTrue, skipWhenFalse, value);
    }

    BpfProgram ifAnyBit(int mask, int skipWhenTrue, int skipWhenFalse) {
        return add(JUMP_ANY_BIT, skipWhenTrue, skipWhenFalse, mask);
    }

    BpfProgram end(int verdict) {
        return add(RETURN, 0, 0, verdict);
    }

    /** Appends another program as the body of {@code if (number == value)}. */
    BpfProgram when(int value, BpfProgram body) {
        ifEqual(value, 0, body.instructions.size());
        instructions.addAll(body.instructions);
        return this;
    }

    private BpfProgram add(int code, int whenTrue, int whenFalse, int k) {
        if (whenTrue > 255 || whenFalse > 255 || instructions.size() == INSTRUCTIONS_MAX) {
            throw new IllegalStateException("a jump or the program is too long");
        }
        instructions.add(new Instruction(code, whenTrue, whenFalse, k));
        return this;
    }

    /** An array of {@code struct sock_filter}; both supported architectures are little endian. */
    byte[] bytes() {
        ByteBuffer buffer =
                ByteBuffer.allocate(instructions.size() * INSTRUCTION_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (Instruction i : instructions) {
            buffer.putShort((short) i.code())
                    .put((byte) i.whenTrue())
                    .put((byte) i.whenFalse())
                    .putInt(i.k());
        }
        return buffer.array();
    }
}
