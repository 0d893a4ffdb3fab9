package cli

import (
	"strings"

	"atlas-gitops/internal/plan"
)

// commandFor returns the command line that carries out just the plan, as this run found it.
func (in *invocation) commandFor(p *plan.Plan) string {
	words := []string{"atlas-gitops", "apply", "--accept", p.Digest}
	if in.planFile != "" {
		words = append(words, "--plan", string(in.planFile))
	}
	for _, name := range in.only {
		words = append(words, "--only", name)
	}
	switch in.sandbox {
	case "":
	case defaultSandbox:
		words = append(words, "--sandbox")
	default:
		words = append(words, "--sandbox="+string(in.sandbox))
	}
	if in.baseURL != "" {
		words = append(words, "--base-url", in.baseURL)
	}
	words = append(words, in.args...)
	for i, word := range words {
		words[i] = forShell(word)
	}
	return strings.Join(words, " ")
}

// forShell quotes a word so that a shell takes it as it is.
func forShell(word string) string {
	const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%"
	if word != "" && strings.Trim(word, harmless) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
