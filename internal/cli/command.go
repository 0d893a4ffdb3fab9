package cli

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"atlas-gitops/internal/plan"
)

// via is how to give what commandFor returns, if it is not for a shell.
func (in *invocation) via() string {
	if in.onGitHub {
		return ", as inputs of the workflow that applies"
	}
	return ""
}

// commandFor returns the command line that carries out just the plan, as this run found it; or on GitHub the inputs.
func (in *invocation) commandFor(p *plan.Plan) string {
	if in.onGitHub {
		lines := []string{"accept: " + p.Digest}
		for _, name := range in.only {
			lines = append(lines, "only: "+name)
		}
		return strings.Join(lines, "\n")
	}
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
	keep := ""
	if i := slices.IndexFunc(p.Orgs, plan.Org.HandsOut); i >= 0 {
		keep = string(in.credsOut)
		if in.checkCredsOut(p.Orgs[i]) != nil {
			keep = in.freeCredsOut()
		}
	}
	for _, flag := range []struct{ name, value string }{{"--base-url", in.baseURL}, {"--audit-log", string(in.auditLog)}, {"--credentials-out", keep}} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	if slices.ContainsFunc(in.args, func(arg string) bool { return strings.HasPrefix(arg, "-") }) {
		words = append(words, "--")
	}
	words = append(words, in.args...)
	for i, word := range words {
		words[i] = forShell(word)
	}
	return strings.Join(words, " ")
}

// forShell quotes a word so that a shell takes it as it is. What a terminal would not just print, or GitHub's runner
// would obey, is escaped, which takes a shell that knows $'…'.
func forShell(word string) string {
	const harmless = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=+:,./@%"
	notPrinted := func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }
	switch {
	case word != "" && strings.Trim(word, harmless) == "":
		return word
	case !strings.ContainsFunc(word, notPrinted) && !strings.Contains(word, "##["):
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
	var b strings.Builder
	for _, c := range []byte(word) {
		if c < utf8.RuneSelf && unicode.IsPrint(rune(c)) && !strings.ContainsRune(`'\#`, rune(c)) {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, `\x%02x`, c)
		}
	}
	return "$'" + b.String() + "'"
}
