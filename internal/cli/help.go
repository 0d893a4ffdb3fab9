package cli

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
)

func versionCommand() command {
	return command{
		name:   "version",
		about:  "print the version",
		detail: "Prints the version of the program, the version of Go, and the platform.",
		define: noFlags(func(_ context.Context, c *call) (int, error) {
			_, err := fmt.Fprintf(c.Stdout, "atlas-gitops %s (%s, %s/%s)\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return ExitOK, err
		}),
	}
}

func helpCommand() command {
	return command{
		name: "help", args: "[COMMAND]", maxArgs: 1,
		about:    "show the help of a command",
		detail:   "Shows the help of a command, or lists all commands.",
		examples: []string{"help plan"},
		define: noFlags(func(_ context.Context, c *call) (int, error) {
			return ExitOK, help(c.Stdout, c.args)
		}),
	}
}

// pathHelp explains PATH.
const pathHelp = "\nPATH is a YAML file, a directory with YAML files, or a pattern such as 'orgs/*.yaml' (default " + reconcile.DefaultTree + "). All these files together are the tree."

// credentialHelp names the variables of credentials. No flag takes a credential.
const credentialHelp = "\nCredentials come from the variables MONGODB_ATLAS_CLIENT_ID and MONGODB_ATLAS_CLIENT_SECRET, or " +
	"MONGODB_ATLAS_PUBLIC_API_KEY and MONGODB_ATLAS_PRIVATE_API_KEY. For `credentials: NAME`, add the suffix _NAME to each variable. " +
	"MONGODB_ATLAS_CREDENTIALS may hold many of these variables, as lines VARIABLE=value. A variable that is set by itself wins."

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
	b.WriteString("atlas-gitops keeps MongoDB Atlas organizations as YAML in git. You change the\nYAML; atlas-gitops shows what that means, and changes Atlas to match.\n\n" +
		"Usage: atlas-gitops COMMAND [FLAGS] [PATH…]\n")
	for _, group := range []struct {
		title    string
		isCommon bool
	}{{"Common commands", true}, {"Other commands", false}} {
		b.WriteString("\n" + group.title + ":\n")
		for _, c := range commands() {
			if c.isCommon == group.isCommon {
				fmt.Fprintf(&b, "  %-9s  %s\n", c.name, c.about)
			}
		}
	}
	b.WriteString("\nExample, with a simulated Atlas that needs no credentials:\n  atlas-gitops plan --sandbox examples/orgs\n" +
		"\nRun 'atlas-gitops help COMMAND' for the flags of a command and more examples.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// help writes the help of the command.
func (c command) help(w io.Writer) error {
	flags, _ := c.flagSet()
	var b strings.Builder
	fmt.Fprintf(&b, "Usage: %s\n", strings.TrimSpace("atlas-gitops "+c.name+" "+c.args))
	for paragraph := range strings.SplitSeq(c.detail, "\n") {
		b.WriteString("\n" + render.Wrap("", paragraph, "") + "\n")
	}
	if usages := usage(flags); usages != "" {
		b.WriteString("\nFlags:\n" + usages)
	}
	for i, example := range c.examples {
		if i == 0 {
			b.WriteString("\nExamples:\n")
		}
		b.WriteString("  atlas-gitops " + example + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// usage lists the flags.
func usage(fs *pflag.FlagSet) string {
	var b strings.Builder
	fs.VisitAll(func(f *pflag.Flag) {
		value, about := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		switch {
		case f.Shorthand != "":
			name = "-" + f.Shorthand + ", " + name
		case f.NoOptDefVal != "" && value != "":
			name += "[=" + value + "]"
		case value != "":
			name += " " + value
		}
		if !slices.Contains([]string{"", "[]", "0", "0s", "false"}, f.DefValue) { // these defaults mean that the flag has none
			about += " (default " + f.DefValue + ")"
		}
		b.WriteString(render.Wrap(fmt.Sprintf("  %-22s  ", name), about, strings.Repeat(" ", 26)) + "\n")
	})
	return b.String()
}
