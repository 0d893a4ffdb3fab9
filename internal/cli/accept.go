package cli

import (
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// acceptance has the flags and arguments that the command to accept a plan must repeat.
type acceptance struct {
	atlas
	only           []string
	planFile       file
	auditLog       file
	credentialsOut file
	paths          []string
}

// command returns the command line that applies exactly this plan.
func (a acceptance) command(e Env, p *plan.Plan) string { return a.line(e, p, "--accept", p.Digest) }

// line returns the command line that applies a plan, with further flags first.
func (a acceptance) line(e Env, p *plan.Plan, flags ...string) string {
	words := append([]string{"atlas-gitops", "apply"}, flags...)
	if a.planFile != "" {
		words = append(words, "--plan", string(a.planFile))
	}
	for _, name := range a.only {
		words = append(words, "--only", name)
	}
	switch a.sandbox {
	case "":
	case defaultSandbox:
		words = append(words, "--sandbox")
	default:
		words = append(words, "--sandbox="+string(a.sandbox))
	}
	credentials := e.ProposeCredentials(string(a.credentialsOut), p)
	for _, flag := range []struct{ name, value string }{{"--base-url", a.baseURL}, {"--audit-log", string(a.auditLog)}, {"--credentials-out", credentials}} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	if slices.ContainsFunc(a.paths, func(path string) bool { return strings.HasPrefix(path, "-") }) {
		words = append(words, "--")
	}
	words = append(words, a.paths...)
	for i, word := range words {
		words[i] = safetext.Shell(word)
	}
	return strings.Join(words, " ")
}
