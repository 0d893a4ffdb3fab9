package cli

import (
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// acceptLine returns the command line that applies the plan, or one organization that guards block, with this digest. It returns "" for
// no digest.
func (o *applyOptions) acceptLine(c *call, p *plan.Plan, digest string) string {
	if digest == "" {
		return ""
	}
	return o.applyLine(c, p, "--accept", digest)
}

// applyLine returns the command line that applies a plan, with more flags.
func (o *applyOptions) applyLine(c *call, p *plan.Plan, flags ...string) string {
	words := append([]string{"atlas-gitops", "apply"}, flags...)
	words = withFlag(words, "--plan", string(o.planFile))
	words = withFlag(o.withScope(words), "--audit-log", string(o.auditLog))
	return o.withPaths(c, withFlag(words, "--credentials-out", c.ProposeCredentials(string(o.credentialsOut), p)))
}

// replanLine returns the command line that plans again. It lacks the PATHs of a saved plan, which are unknown.
func (o *applyOptions) replanLine(c *call) string {
	return o.withPaths(c, o.withScope([]string{"atlas-gitops", "plan"}))
}

// withScope adds the flags that plan and apply need alike: for the organizations, the guards and the place of Atlas. A saved plan has
// its organizations.
func (o *applyOptions) withScope(words []string) []string {
	if o.planFile == "" {
		for _, name := range o.only {
			words = withFlag(words, "--only", name)
		}
	}
	return o.atlas.line(o.limits.line(words))
}

// line adds the flags that say where Atlas is to a command line.
func (a atlas) line(words []string) []string {
	switch a.sandbox {
	case "":
	case defaultSandbox:
		words = append(words, "--sandbox")
	default:
		words = append(words, "--sandbox="+string(a.sandbox))
	}
	return withFlag(withFlag(words, "--base-url", a.baseURL), "--credentials-file", string(a.credentialsFile))
}

// withFlag adds a flag, unless its value is empty.
func withFlag(words []string, name, value string) []string {
	if value == "" {
		return words
	}
	return append(words, name, value)
}

// withoutFlag removes a flag and its value.
func withoutFlag(words []string, name string) (rest []string) {
	for i := 0; i < len(words); i++ {
		switch word := words[i]; {
		case word == "--":
			return append(rest, words[i:]...)
		case word == name:
			i++
		case !strings.HasPrefix(word, name+"="):
			rest = append(rest, word)
		}
	}
	return rest
}

// withPaths adds the PATHs, unless the plan is saved, and returns the command line for a shell.
func (o *applyOptions) withPaths(c *call, words []string) string {
	if o.planFile != "" {
		return safetext.Command(words)
	}
	return withPaths(c.args, words)
}

// withPaths adds PATHs to the words of a command, and returns the command line for a shell.
func withPaths(paths, words []string) string {
	if slices.ContainsFunc(paths, func(path string) bool { return strings.HasPrefix(path, "-") }) {
		words = append(words, "--")
	}
	return safetext.Command(append(words, paths...))
}
