package rein.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * A perl script that comes with Rein: perl, since Debian and Ubuntu always have it (perl-base is
 * essential) and it can make any system call. Words between at signs are the numbers of calls.
 */
final class Script {
    private Script() {}

    static String of(Architecture architecture, String name, Syscall... calls) {
        String text = text(name);
        for (Syscall call : calls) {
            text = text.replace("@" + call + "@", Integer.toString(call.number(architecture)));
        }
        return text;
    }

    private static String text(String name) {
        try (InputStream in = Script.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new SandboxException(
                        SandboxException.Code.CLOSED, name + " is missing from this build.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SandboxException(SandboxException.Code.CLOSED, name + " cannot be read.", e);
        }
    }
}
