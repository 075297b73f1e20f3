package rein.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import rein.audit.verify.ProofCheck;

/** The tree and its proofs against the definition in RFC 9162 §2.1, written down literally. */
class TreeTest {
    private static final int EXHAUSTIVE_LEAVES = 40;

    /**
     * The eight leaves and the roots of 1 to 8 of them that Certificate Transparency tests with.
     */
    private static final List<String> VECTOR_LEAVES =
            List.of(
                    "",
                    "00",
                    "10",
                    "2021",
                    "3031",
                    "40414243",
                    "5051525354555657",
                    "606162636465666768696a6b6c6d6e6f");

    private static final List<String> VECTOR_ROOTS =
            List.of(
                    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

    @TempDir Path folder;

    @Test
    void rootsAreThoseOfCertificateTransparency() throws IOException {
        TreeHash hash = new TreeHash();
        Frontier frontier = new Frontier(hash);
        assertThat(hex(frontier.root()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (int i = 0; i < VECTOR_LEAVES.size(); i++) {
            frontier.add(hash.leaf(HexFormat.of().parseHex(VECTOR_LEAVES.get(i))), (l, n, h) -> {});
            assertThat(hex(frontier.root())).isEqualTo(VECTOR_ROOTS.get(i));
        }
    }

    @Test
    void everyProofOfEverySmallTreeVerifiesAndNoOtherDoes() throws Exception {
        List<byte[]> leaves = leaves(EXHAUSTIVE_LEAVES);
        grow(leaves);
        Proofs proofs = new Proofs(folder);
        for (int size = 1; size <= leaves.size(); size++) {
            byte[] root = mth(leaves.subList(0, size));
            assertThat(proofs.root(size)).isEqualTo(root);
            for (int index = 0; index < size; index++) {
                int at = index;
                int of = size;
                byte[] leaf = ProofCheck.leafHash(leaves.get(index));
                List<byte[]> proof = proofs.inclusion(index, size);
                assertThat(ProofCheck.inclusion(leaf, index, size, proof, root)).isTrue();
                assertThat(ProofCheck.inclusion(leaf, index ^ 1, size, proof, root)).isFalse();
                assertThat(ProofCheck.inclusion(root, index, size, proof, root))
                        .isEqualTo(size == 1);
                spoiled(proof)
                        .forEach(bad ->
                                assertThat(ProofCheck.inclusion(leaf, at, of, bad, root))
                                        .isFalse());
            }
            for (int first = 1; first <= size; first++) {
                byte[] firstRoot = mth(leaves.subList(0, first));
                List<byte[]> proof = proofs.consistency(first, size);
                assertThat(ProofCheck.consistency(first, size, firstRoot, root, proof)).isTrue();
                int from = first;
                int to = size;
                for (List<byte[]> bad : spoiled(proof)) {
                    assertThat(ProofCheck.consistency(from, to, firstRoot, root, bad)).isFalse();
                }
                if (first < size) {
                    assertThat(ProofCheck.consistency(first, size, root, root, proof)).isFalse();
                    assertThat(ProofCheck.consistency(first, size, firstRoot, firstRoot, proof))
                            .isFalse();
                }
            }
        }
    }

    /** tlog-tiles, "Partial Tiles": the example of a tree of 70,000. */
    @Test
    void tilesOfALargerTreeAreThoseOfTheStandardsExample() throws Exception {
        List<byte[]> leaves = leaves(70_000);
        Frontier frontier = grow(leaves);
        assertThat(folder.resolve("tile/0/272")).hasSize(8_192);
        assertThat(folder.resolve("tile/0/273.p/112")).hasSize(112 * 32);
        assertThat(folder.resolve("tile/1/000")).hasSize(8_192);
        assertThat(folder.resolve("tile/1/001.p/17")).hasSize(17 * 32);
        assertThat(folder.resolve("tile/2/000.p/1")).hasSize(32);
        byte[] root = frontier.root();
        assertThat(root).isEqualTo(mth(leaves));
        Proofs proofs = new Proofs(folder);
        for (int index : List.of(0, 255, 256, 65_535, 65_536, 69_887, 69_999)) {
            assertThat(
                            ProofCheck.inclusion(
                                    ProofCheck.leafHash(leaves.get(index)),
                                    index,
                                    70_000,
                                    proofs.inclusion(index, 70_000),
                                    root))
                    .isTrue();
        }
        for (int first : List.of(1, 256, 257, 65_536, 65_537, 69_999)) {
            assertThat(
                            ProofCheck.consistency(
                                    first,
                                    70_000,
                                    mth(leaves.subList(0, first)),
                                    root,
                                    proofs.consistency(first, 70_000)))
                    .isTrue();
        }
        Frontier restored =
                Frontier.restored(
                        new TreeHash(),
                        69_888,
                        (level, number) ->
                                Files.readAllBytes(TilePath.tile(folder, level, number)));
        TreeHash hash = new TreeHash();
        for (byte[] leaf : leaves.subList(69_888, 70_000)) {
            restored.add(hash.leaf(leaf), (l, n, h) -> {});
        }
        assertThat(restored.root()).isEqualTo(root);
        assertThat(restored.size()).isEqualTo(70_000);
    }

    @Test
    void pathsAreThoseOfTheStandardsExample() {
        assertThat(TilePath.tile(Path.of("log"), 3, 1_234_067))
                .isEqualTo(Path.of("log/tile/3/x001/x234/067"));
        assertThat(TilePath.bundle(Path.of("log"), 5)).isEqualTo(Path.of("log/tile/entries/005"));
    }

    private Frontier grow(List<byte[]> leaves) throws IOException {
        RealFiles files = new RealFiles();
        TreeHash hash = new TreeHash();
        Frontier frontier = new Frontier(hash);
        for (byte[] leaf : leaves) {
            frontier.add(
                    hash.leaf(leaf),
                    (level, number, hashes) ->
                            files.replace(TilePath.tile(folder, level, number), hashes, false));
        }
        frontier.partials((level, number, hashes) ->
                files.replace(
                        TilePath.partial(TilePath.tile(folder, level, number), hashes.length / 32),
                        hashes,
                        false));
        return frontier;
    }

    private static List<byte[]> leaves(int count) {
        List<byte[]> leaves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            leaves.add(("leaf " + i).getBytes(StandardCharsets.US_ASCII));
        }
        return leaves;
    }

    /** A proof with a hash too few, a hash too many, and each bit of interest turned. */
    private static List<List<byte[]>> spoiled(List<byte[]> proof) {
        List<List<byte[]>> bad = new ArrayList<>();
        List<byte[]> longer = new ArrayList<>(proof);
        longer.add(new byte[32]);
        bad.add(longer);
        if (!proof.isEmpty()) {
            bad.add(proof.subList(0, proof.size() - 1));
        }
        for (int i = 0; i < proof.size(); i++) {
            List<byte[]> turned = new ArrayList<>(proof);
            byte[] hash = proof.get(i).clone();
            hash[i % 32] ^= 1;
            turned.set(i, hash);
            bad.add(turned);
        }
        return bad;
    }

    /** MTH of RFC 9162 §2.1.1, word for word. */
    private static byte[] mth(List<byte[]> leaves) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        if (leaves.size() == 1) {
            sha256.update((byte) 0);
            return sha256.digest(leaves.getFirst());
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        byte[] left = mth(leaves.subList(0, k));
        byte[] right = mth(leaves.subList(k, leaves.size()));
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
