package rein.sandbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** One waiting system call at a time, as seccomp_unotify(2) hands it over. Used by one thread. */
final class SeccompNotice {
    private static final long RECEIVE = 0xc050_2100L;
    private static final long SEND = 0xc018_2101L;
    private static final long VALID = 0x4008_2102L;
    private static final int NOTICE_BYTES = 80;
    private static final int ANSWER_BYTES = 24;
    private static final int CONTINUE = 1;
    private static final int PID_OFFSET = 8;
    private static final int NUMBER_OFFSET = 16;
    private static final int ARGUMENTS_OFFSET = 32;

    private final Linux linux;
    private final int listener;
    private final int execveat;
    private final byte[] bytes = new byte[NOTICE_BYTES];
    private final ByteBuffer notice = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    private boolean over;

    SeccompNotice(Linux linux, int listener) {
        this.linux = linux;
        this.listener = listener;
        this.execveat = Syscall.EXECVEAT.number(linux.architecture());
    }

    static long number(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder()).getLong();
    }

    /** Whether one waits; notes when no process is left that could make one. */
    boolean await(int millisMax) {
        int events = linux.events(listener, Linux.POLLIN, millisMax);
        boolean waits = (events & Linux.POLLIN) != 0;
        over |= events != 0 && !waits;
        return waits;
    }

    boolean over() {
        return over;
    }

    /** False when the process was killed meanwhile. */
    boolean receive() {
        // The kernel takes nothing but zeros.
        Arrays.fill(bytes, (byte) 0);
        return linux.exchange(listener, RECEIVE, bytes) >= 0;
    }

    /** As the node numbers processes. */
    long pid() {
        return Integer.toUnsignedLong(notice.getInt(PID_OFFSET));
    }

    private long argument(int index) {
        return notice.getLong(ARGUMENTS_OFFSET + 8 * index);
    }

    boolean byDescriptor() {
        return notice.getInt(NUMBER_OFFSET) == execveat;
    }

    /** Of the folder or program that execveat(2) was given. */
    int descriptor() {
        return (int) argument(0);
    }

    /** Where in the process's memory the file's name is. */
    long path() {
        return byDescriptor() ? argument(1) : argument(0);
    }

    long argv() {
        return byDescriptor() ? argument(2) : argument(1);
    }

    /** Whether it still waits: what was read about the process was read about this one. */
    boolean valid() {
        byte[] id = new byte[8];
        notice.get(0, id);
        return linux.exchange(listener, VALID, id) >= 0;
    }

    void goOn() {
        byte[] answer = new byte[ANSWER_BYTES];
        ByteBuffer fields = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
        fields.putLong(0, notice.getLong(0));
        fields.putInt(ANSWER_BYTES - 4, CONTINUE);
        var _ = linux.exchange(listener, SEND, answer);
    }
}
