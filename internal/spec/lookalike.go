package spec

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/yamldata"
)

// reportUnseen warns of invisible characters in a file: a reviewer cannot see them.
func (r *reporter) reportUnseen(file string, t yamldata.Text) {
	for _, u := range t.Unseen(file) {
		what := fmt.Sprintf("character %U is invisible", u.Runes[0])
		if n := len(u.Runes); n > 1 {
			what = fmt.Sprintf("%d characters starting with %U are invisible", n, u.Runes[0])
		}
		if slices.ContainsFunc(u.Runes, safetext.Reorders) {
			what += " and may reorder the text around it"
		}
		r.report(lookalike, u.Place, "%s", what).Hint = "remove it"
	}
}

// lookalikes warns of names with letters that look like other letters. It visits a value that several aliases share only once.
type lookalikes struct {
	*reporter
	seen    map[*yamldata.Node]bool
	letters map[rune]string // the description of each letter, for messages
}

func newLookalikes(r *reporter) lookalikes {
	return lookalikes{r, map[*yamldata.Node]bool{}, map[rune]string{}}
}

// look checks a value and its parts. The name is the key of the value, or "" for a document.
func (l lookalikes) look(n *yamldata.Node, s *shape, name string) {
	if l.seen[n] {
		return
	}
	l.seen[n] = true
	if text := n.Text(); s != nil && !isASCII(text) && (s.isName || s.isEmail && s.pattern.MatchString(text)) {
		l.check(n.Place, name, text, s.isEmail)
	}
	for _, item := range n.Items() {
		l.look(item, s.item(), strings.TrimSuffix(name, "s"))
	}
	for _, e := range n.Entries() {
		if what := "key"; !isASCII(e.Key) {
			if s.hasFreeKeys() {
				what = strings.TrimSuffix(name, "s")
			}
			l.check(e.Place, what, e.Key, false)
		}
		l.look(e.Value, s.entry(e.Key), e.Key)
	}
	l.checkRepeated(n, s)
}

// checkRepeated reports repeated names that differ only in their Unicode form. The parser reports repeated names that are identical,
// with the same messages.
func (l lookalikes) checkRepeated(n *yamldata.Node, s *shape) {
	first := map[string]Place{}
	report := func(rule *Rule, at Place, name, format string) {
		if other, twice := first[name]; twice && !isASCII(name) {
			d := l.report(rule, at, format, safetext.Quoted(name))
			d.Other, d.Hint = &other, "remove one; both are the same name in different Unicode forms"
			return
		}
		first[name] = at
	}
	if s.hasFreeKeys() {
		for _, e := range n.Entries() {
			report(duplicateKey, e.Place, e.Key, "key %s is written twice")
		}
	}
	if s.item() != nil && s.item().isName {
		for _, item := range n.Items() {
			report(duplicateItem, item.Place, item.Text(), "%s is listed twice")
		}
	}
}

// maxLetters is how many letters a message explains.
const maxLetters = 3

func (l lookalikes) check(at Place, what, text string, isEmail bool) {
	letters := safetext.MixedLetters(text)
	if isEmail {
		letters = beyondASCII(text)
	}
	if len(letters) == 0 {
		return
	}
	var told []string
	for _, r := range letters[:min(len(letters), maxLetters)] {
		if l.letters[r] == "" {
			l.letters[r] = safetext.Letter(r)
		}
		told = append(told, l.letters[r])
	}
	d := l.report(lookalike, at, "%s %s: %s", what, safetext.Quoted(text), strings.Join(told, ", "))
	what = "letter"
	if slices.ContainsFunc(letters, func(r rune) bool { return !unicode.IsLetter(r) }) {
		what = "character"
	}
	d.Hint = "type it again, or ignore this warning if the " + what + " is correct"
}

func isASCII(text string) bool { return !strings.ContainsFunc(text, isBeyondASCII) }

func isBeyondASCII(r rune) bool { return r > unicode.MaxASCII }

// beyondASCII returns the characters of an e-mail address that are not ASCII, each once.
func beyondASCII(text string) (letters []rune) {
	seen := map[rune]bool{}
	for _, r := range text {
		if isBeyondASCII(r) && !seen[r] {
			letters = append(letters, r)
			seen[r] = true
		}
	}
	return letters
}
