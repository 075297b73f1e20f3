package rein.server.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import rein.server.api.TokenMade;
import rein.server.api.TokenRequest;

/** Tokens of persons. */
@Command(
        name = "token",
        description = "Make tokens for persons.",
        mixinStandardHelpOptions = true,
        subcommands = TokenCommand.Create.class,
        footer = {"", "Example: rein token create --person alice"})
final class TokenCommand implements Runnable {

    @Override
    public void run() {
        throw new CommandException(2, "Which? For example: rein token create --person alice");
    }

    @Command(
            name = "create",
            description = "Make a person's token. It is printed once.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "As root on this machine nothing else is needed; elsewhere the bootstrap token of the first start is.",
                "Example: rein token create --person alice --role operator"
            })
    static final class Create extends Subcommand implements Callable<Integer> {

        @Option(
                names = "--person",
                required = true,
                paramLabel = "NAME",
                description = "Whose token it is.")
        String person = "";

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                description = "operator (default), owner or sponsor; may be given more than once.")
        List<String> roles = List.of("operator");

        @Option(
                names = "--bootstrap",
                paramLabel = "TOKEN",
                description =
                        "The one-time token that the first start showed (default: REIN_BOOTSTRAP).")
        Optional<String> bootstrap = Optional.empty();

        @Option(names = "--json", description = "As JSON.")
        boolean json;

        @Override
        public Integer call() {
            Optional<String> once = bootstrap.or(() -> Connection.environment("REIN_BOOTSTRAP"));
            TokenRequest request = new TokenRequest(person, roles, once);
            TokenMade made =
                    once.isPresent()
                            ? connection()
                                    .anonymous()
                                    .post("/v1/tokens/exchange", request, TokenMade.class)
                            : client().post("/v1/tokens", request, TokenMade.class);
            PrintWriter out = out();
            if (json) {
                Output.json(out, made);
            } else {
                out.println(made.token());
                err().println(
                                "Token "
                                        + made.id()
                                        + " of "
                                        + made.person()
                                        + "; it is not shown again.");
            }
            return 0;
        }
    }
}
