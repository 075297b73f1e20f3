package rein.audit;

import java.io.IOException;

/** The file system has no room for these bytes (ENOSPC, EDQUOT). */
public final class NoRoomException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoRoomException(String message) {
        super(message);
    }

    public NoRoomException(String message, Throwable cause) {
        super(message, cause);
    }
}
