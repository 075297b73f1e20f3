package rein.policy.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Tag;

/** Jazzer looks for texts on which a parser does anything but accept or refuse. */
@Tag("fuzz")
class ParserFuzzTest {
    @FuzzTest(maxDuration = "10m")
    void cedarText(FuzzedDataProvider data) {
        Hostile.cedar(data.consumeRemainingAsString());
    }

    @FuzzTest(maxDuration = "10m")
    void jsonText(FuzzedDataProvider data) {
        Hostile.json(data.consumeRemainingAsString());
    }
}
