package rein.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** The example of C2SP signed-note, "Verifier keys". */
class SignedNoteTest {
    private static final String KEY =
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    private static final String TEXT = "This is an example message.\n";
    private static final String SIGNATURE =
            "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZX"
                    + "sYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    private static final String FOREIGN = "\u2014 example.com/other AAAAAAAAAAAA\n";

    private final VerifierKey key = VerifierKey.parse(KEY);

    @Test
    void theExampleOfTheStandardVerifies() {
        SignedNote note = SignedNote.parse(TEXT + "\n" + SIGNATURE);
        assertThat(note.text()).isEqualTo(TEXT);
        assertThat(note.by(key)).isEqualTo(SignedNote.Signed.YES);
    }

    @Test
    void signaturesOfUnknownKeysAreIgnored() {
        assertThat(SignedNote.parse(TEXT + "\n" + FOREIGN + SIGNATURE).by(key))
                .isEqualTo(SignedNote.Signed.YES);
        assertThat(SignedNote.parse(TEXT + "\n" + FOREIGN).by(key))
                .isEqualTo(SignedNote.Signed.UNKNOWN);
    }

    @Test
    void anotherTextDoesNotVerify() {
        assertThat(SignedNote.parse("This is another message.\n\n" + SIGNATURE).by(key))
                .isEqualTo(SignedNote.Signed.WRONG);
    }

    @Test
    void whatIsNoNoteOrNoKeyIsRefused() {
        assertThatThrownBy(() -> SignedNote.parse(TEXT)).hasMessage("not a signed note");
        assertThatThrownBy(() -> SignedNote.parse(TEXT + "\nsignature\n"))
                .hasMessageContaining("not a signature line");
        assertThatThrownBy(() -> VerifierKey.parse(KEY.replace("530d903a", "530d903b")))
                .hasMessageContaining("should be 530d903a");
        assertThatThrownBy(() -> VerifierKey.parse("nonsense"))
                .hasMessageContaining("not a verifier key");
        assertThatThrownBy(() -> TreeHead.parse(TEXT + "\n" + SIGNATURE))
                .hasMessageContaining("not a checkpoint");
    }
}
