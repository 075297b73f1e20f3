package rein.sandbox;

/** A processor family whose system-call numbers are known here. */
enum Architecture {
    X86_64(0xc000003e),
    AARCH64(0xc00000b7);

    /** AUDIT_ARCH_*, what a seccomp program sees. */
    private final int auditArch;

    Architecture(int auditArch) {
        this.auditArch = auditArch;
    }

    int auditArch() {
        return auditArch;
    }

    /**
     * By the JVM's {@code os.arch}.
     *
     * @throws SandboxException {@code UNSUPPORTED}: run Rein on x86-64 or aarch64
     */
    static Architecture named(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> X86_64;
            case "aarch64", "arm64" -> AARCH64;
            default ->
                    throw new SandboxException(
                            SandboxException.Code.UNSUPPORTED,
                            "Rein contains agents on x86-64 and aarch64 only; this is "
                                    + osArch
                                    + ".");
        };
    }
}
