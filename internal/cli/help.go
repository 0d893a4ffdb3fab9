package cli

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
)

func versionCommand() command {
	return command{
		name:   "version",
		about:  "print the version",
		detail: "Prints the version of the program, of Go, and the platform.",
		define: noFlags(func(_ context.Context, c *call) (int, error) {
			_, err := fmt.Fprintf(c.Stdout, "atlas-gitops %s (%s, %s/%s)\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return ExitOK, err
		}),
	}
}

func helpCommand() command {
	return command{
		name: "help", args: "[COMMAND]", maxArgs: 1,
		about:  "explain a command",
		detail: "Explains a command, or lists all.",
		define: noFlags(func(_ context.Context, c *call) (int, error) {
			return ExitOK, help(c.Stdout, c.args)
		}),
	}
}

// credentialHelp names the variables of credentials: no flag holds one.
const credentialHelp = "\n\nCredentials are in MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or\nMONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY. For\n'credentials: NAME', add the suffix _NAME to each variable."

// help writes the help of the program or of one command.
func help(w io.Writer, topic []string) error {
	if len(topic) > 0 && !strings.HasPrefix(topic[0], "-") {
		c, err := find(topic[0])
		if err != nil {
			return err
		}
		return c.help(w)
	}
	var b strings.Builder
	b.WriteString("atlas-gitops keeps MongoDB Atlas organizations as YAML in git.\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-9s  %s\n", c.name, c.about)
	}
	b.WriteString("\nRun 'atlas-gitops help COMMAND' for more.\n")
	_, err := io.WriteString(w, b.String())
	return err
}
