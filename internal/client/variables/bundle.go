package variables

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"atlas-gitops/internal/suggest"
)

// Bundle has the variables of many credentials.
type Bundle struct {
	source  string         // names the file or the variable that has the text, in messages
	content func() content // a function, because package fmt shows the rest of a Bundle inside of other values, with or without a Format
}

type content struct {
	values map[string]string // by variable
	hidden []string
}

// Secrets returns the texts that no log may show: the values of all variables of Atlas that are not known to hold an id. If the value
// of a line cannot be read, it is the text of that line after the =.
func (b *Bundle) Secrets() []string { return b.content().hidden }

// Parse reads a bundle: lines VARIABLE=value, as --credentials-out and dotenv files have them. It ignores the variables of other
// programs. source names the file or the variable that has the text, for messages about credentials. An error joins all mistakes, and
// shows no value. The bundle has what could be read nevertheless.
func Parse(source, text string) (*Bundle, error) {
	r := &reader{content: content{values: map[string]string{}}, at: map[string]int{}}
	return &Bundle{source, func() content { return r.content }}, r.parse(text)
}

// parse reads a text. An error joins all mistakes.
func (r *reader) parse(text string) error {
	if !utf8.ValidString(text) || strings.Contains(text, "\x00") {
		return errors.New("it is not text in UTF-8; save it as UTF-8")
	}
	r.lines = strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n")
	for i := range r.lines {
		r.lines[i] = strings.Trim(r.lines[i], blanks+"\r")
	}
	for i := 0; i < len(r.lines); {
		i += r.read(i)
	}
	maps.DeleteFunc(r.values, func(_, value string) bool { return value == "" })
	switch {
	case len(r.problems) > 0:
		var all []error
		for _, p := range suggest.Some(r.problems) {
			all = append(all, errors.New(p))
		}
		return errors.Join(all...)
	case len(r.values) == 0:
		return fmt.Errorf("it holds no credential; write two lines for each one, such as %sCLIENT_ID_ACME=%s… and %[1]sCLIENT_SECRET_ACME=…", Prefix, AccountID)
	}
	return nil
}

// reader reads the lines of a bundle.
type reader struct {
	content
	lines    []string
	at       map[string]int // the line of each variable, from 0
	problems []string
}

// report adds a mistake. name is the variable; "" if it is unknown.
func (r *reader) report(line int, name, problem string) {
	if name != "" {
		problem = name + ": " + problem
	}
	r.problems = append(r.problems, fmt.Sprintf("line %d: %s", line+1, problem))
}

// variableName matches the names of variables that dotenv files have.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// firstWord matches the variable of Atlas at the start of a line without =. The rest of such a line may be a secret.
var firstWord = regexp.MustCompile(`^` + Prefix + `[A-Z0-9_]+([ \t:]|$)`)

// split returns the variable of a line and the text after the =.
func split(line string) (name, rest string, ok bool) {
	if after, isExport := strings.CutPrefix(line, "export"); isExport && strings.TrimLeft(after, blanks) != after {
		line = strings.TrimLeft(after, blanks)
	}
	name, rest, ok = strings.Cut(line, "=")
	return strings.TrimRight(name, blanks), rest, ok
}

// isOfAtlas reports whether a variable starts with the prefix, in upper or lower case.
func isOfAtlas(name string) bool {
	return len(name) > len(Prefix) && strings.EqualFold(name[:len(Prefix)], Prefix)
}

// read reads the variable at a line, and returns how many lines it has.
func (r *reader) read(i int) int {
	if r.lines[i] == "" || r.lines[i][0] == '#' {
		return 1
	}
	name, rest, ok := split(r.lines[i])
	switch {
	case !ok:
		r.report(i, strings.TrimRight(firstWord.FindString(name), blanks+":"), "there is no =; write VARIABLE=value")
	case !variableName.MatchString(name):
		r.report(i, "", "the text before the = is not the name of a variable; write VARIABLE=value")
	case isOfAtlas(name):
		r.take(i, name, rest)
	default:
		return r.skip(i, name, rest)
	}
	return 1
}

// take reads a variable of Atlas.
func (r *reader) take(i int, name, rest string) {
	value, problem := readValue(rest)
	value = strings.TrimSpace(value)
	r.hide(name, value, rest, problem)
	if wrong := nameProblem(name); wrong != "" {
		r.report(i, name, wrong)
		return
	}
	if problem != "" {
		r.report(i, name, problem)
		return
	}
	if was, isTwice := r.at[name]; !isTwice {
		r.at[name], r.values[name] = i, value
	} else if r.values[name] != value {
		r.report(i, name, fmt.Sprintf("line %d has another value for it; remove one of the two lines", was+1))
	}
}

// hide keeps a value that no log may show.
func (r *reader) hide(name, value, rest, problem string) {
	if problem != "" {
		value = strings.Trim(rest, blanks+`'"`)
	}
	if value != "" && !holdsID(name) && !slices.Contains(r.hidden, value) {
		r.hidden = append(r.hidden, value)
	}
}

// skip passes over the variable of another program, and returns how many lines it has: its value may be several lines in quotes, such
// as a key in PEM.
func (r *reader) skip(i int, name, rest string) int {
	rest = strings.TrimLeft(rest, blanks)
	if rest == "" || rest[0] != '\'' && rest[0] != '"' {
		return 1
	}
	quote, escape := rest[:1], doubleEscape
	if quote == `'` {
		escape = nil
	}
	for n := 1; ; n++ {
		if _, _, problem := readQuoted(rest, quote, escape); problem == "" {
			return n
		}
		if i+n == len(r.lines) || r.isOfAtlas(i+n) {
			r.report(i, name, "the quote around its value has no end")
			return 1
		}
		rest = quote + r.lines[i+n]
	}
}

// isOfAtlas reports whether a line sets a variable of Atlas.
func (r *reader) isOfAtlas(i int) bool {
	name, _, ok := split(r.lines[i])
	return ok && isOfAtlas(name)
}
