package cli

import (
	"slices"
	"strings"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/safetext"
)

// acceptance has the flags and arguments that the command to accept a plan, or to plan again, repeats.
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

// line returns the command line that applies a plan. The given flags come first.
func (a acceptance) line(e Env, p *plan.Plan, flags ...string) string {
	words := append([]string{"atlas-gitops", "apply"}, flags...)
	if a.planFile != "" {
		words = append(words, "--plan", string(a.planFile))
	}
	words = a.scope(words)
	credentials := e.ProposeCredentials(string(a.credentialsOut), p)
	for _, flag := range []struct{ name, value string }{{"--base-url", a.baseURL}, {"--audit-log", string(a.auditLog)}, {"--credentials-out", credentials}} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	return a.withPaths(words)
}

// replan returns the command line that plans again. For a saved plan it saves a new one; the PATHs of the saved plan are unknown.
func (a acceptance) replan() string {
	words := []string{"atlas-gitops", "plan"}
	if a.planFile != "" {
		words = append(words, "--out", string(a.planFile))
	}
	words = a.scope(words)
	if a.baseURL != "" {
		words = append(words, "--base-url", a.baseURL)
	}
	return a.withPaths(words)
}

// scope adds the flags that select the organizations and the sandbox.
func (a acceptance) scope(words []string) []string {
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
	return words
}

// withPaths adds the PATHs, and returns the command line for a shell.
func (a acceptance) withPaths(words []string) string {
	if slices.ContainsFunc(a.paths, func(path string) bool { return strings.HasPrefix(path, "-") }) {
		words = append(words, "--")
	}
	return safetext.Command(append(words, a.paths...))
}
