package rein.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SyscallTest {
    private static final Pattern DEFINE = Pattern.compile("#define __NR(?:3264)?_(\\w+)\\s+(\\d+)");

    @ParameterizedTest
    @EnumSource
    void noTwoCallsShareANumber(Architecture machine) {
        Map<Integer, Syscall> names = new HashMap<>();
        for (Syscall name : Syscall.values()) {
            int number = name.number(machine);
            if (number >= 0) {
                assertThat(names.put(number, name)).as(name.name()).isNull();
            }
        }
    }

    @Test
    void numbersFrom424OnAreTheSameEverywhere() {
        for (Syscall name : Syscall.values()) {
            int number = name.number(Architecture.X86_64);
            if (number >= 424) {
                assertThat(name.number(Architecture.AARCH64)).isEqualTo(number);
            }
        }
    }

    @Test
    void theTableIsThatOfTheKernelHeaders() throws IOException {
        agree(Path.of("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), Architecture.X86_64);
        agree(Path.of("/usr/include/asm-generic/unistd.h"), Architecture.AARCH64);
    }

    private static void agree(Path header, Architecture machine) throws IOException {
        Assumptions.assumeTrue(Files.exists(header), "missing facility: " + header);
        Map<String, Integer> defined = new HashMap<>();
        for (String line : Files.readAllLines(header)) {
            Matcher matcher = DEFINE.matcher(line);
            if (matcher.find()) {
                defined.put(matcher.group(1), Integer.valueOf(matcher.group(2)));
            }
        }
        for (Syscall name : Syscall.values()) {
            Integer number = defined.get(name.name().toLowerCase(Locale.ROOT));
            // Headers older than the call do not have it.
            if (number != null) {
                assertThat(List.of(number)).as(name.name()).contains(name.number(machine));
            }
        }
    }
}
