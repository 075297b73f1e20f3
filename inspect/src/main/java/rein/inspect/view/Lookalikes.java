package rein.inspect.view;

/** Characters that are not what they seem: unseen ones, and letters that look Latin. */
final class Lookalikes {
    private static final String CYRILLIC = "АВЕЅІЈКМНОРСТХаеіјорсухѕ";
    private static final String LATIN = "ABESIJKMHOPCTXaeijopcyxs";

    private Lookalikes() {}

    /** The ASCII character that it looks like; itself if none; -1 if nobody sees it. */
    static int plain(int code) {
        if (isUnseen(code)) {
            return -1;
        }
        if (code >= 0xff01 && code <= 0xff5e) { // full width
            return code - 0xfee0;
        }
        if (code >= 0xe0020 && code <= 0xe007e) { // tags: unseen, and some models read them
            return code - 0xe0000;
        }
        int cyrillic = code >= 0x400 && code < 0x500 ? CYRILLIC.indexOf(code) : -1;
        return cyrillic >= 0 ? LATIN.charAt(cyrillic) : code;
    }

    private static boolean isUnseen(int code) {
        return switch (code) {
            case 0xad, 0x34f, 0xfeff, 0xe0001, 0xe007f -> true;
            default ->
                    within(code, 0x200b, 0x200f)
                            || within(code, 0x202a, 0x202e)
                            || within(code, 0x2060, 0x206f)
                            || within(code, 0xfe00, 0xfe0f);
        };
    }

    private static boolean within(int code, int from, int to) {
        return code >= from && code <= to;
    }
}
