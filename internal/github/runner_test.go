package github

import (
	"errors"
	"strings"
	"unicode"
)

// A runner reads what a step writes (its log and its file of outputs) as GitHub's runner does. See actions/runner,
// src/Runner.Common/ActionCommand.cs and src/Runner.Worker/FileCommandManager.cs.

// command is a command that the runner reads from a line.
type command struct {
	name, data string
	properties map[string]string
}

// known are our commands, and those commands of the runner that could do harm.
var known = []string{"error", "warning", "notice", "debug", "group", "add-mask", "add-matcher", "add-path", "save-state", "set-env", "set-output", "stop-commands"}

// runner obeys the commands in a log.
type runner struct {
	stopped string // the token that ends stop-commands; "" if the runner obeys
	obeyed  []command
	shown   []string // lines without a command, or whose command it does not obey
}

// read reads a log. A line ends at \n, \r or \r\n.
func (r *runner) read(log string) {
	log = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(log)
	for line := range strings.SplitSeq(strings.TrimSuffix(log, "\n"), "\n") {
		c, ok := r.parse(line)
		switch {
		case ok && r.stopped != "" && strings.EqualFold(c.name, r.stopped):
			r.stopped = ""
		case !ok, r.stopped != "":
			r.shown = append(r.shown, line)
		case strings.EqualFold(c.name, "stop-commands"):
			r.stopped = c.data
		default:
			r.obeyed = append(r.obeyed, c)
		}
	}
}

// parse reads a line in the current form, or else in the older one.
func (r *runner) parse(line string) (command, bool) {
	if c, ok := r.parseColons(strings.TrimLeftFunc(line, unicode.IsSpace)); ok {
		return c, true
	}
	return r.parseBracket(line)
}

// parseColons reads ::NAME A=B,C=D::DATA at the start of a line.
func (r *runner) parseColons(line string) (command, bool) {
	rest, ok := strings.CutPrefix(line, "::")
	head, data, ended := strings.Cut(rest, "::")
	if !ok || !ended {
		return command{}, false
	}
	name, properties, _ := strings.Cut(head, " ")
	unescapeData := []string{"%0D", "\r", "%0A", "\n", "%25", "%"}
	unescapeProperty := []string{"%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%"}
	return command{name, unescape(data, unescapeData), split(strings.TrimSpace(properties), ",", unescapeProperty)}, r.knows(name)
}

// parseBracket reads ##[NAME A=B;C=D]DATA anywhere in a line.
func (r *runner) parseBracket(line string) (command, bool) {
	_, rest, ok := strings.Cut(line, "##[")
	head, data, ended := strings.Cut(rest, "]")
	if !ok || !ended {
		return command{}, false
	}
	name, properties, _ := strings.Cut(head, " ")
	escapes := []string{"%3B", ";", "%0D", "\r", "%0A", "\n", "%5D", "]", "%25", "%"}
	return command{name, unescape(data, escapes), split(properties, ";", escapes)}, r.knows(name)
}

func (r *runner) knows(name string) bool {
	for _, k := range append(known, r.stopped) {
		if name != "" && strings.EqualFold(k, name) {
			return true
		}
	}
	return false
}

// unescape replaces the escapes in the runner's order: % is last.
func unescape(s string, pairs []string) string {
	for i := 0; i < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, pairs[i], pairs[i+1])
	}
	return s
}

// split reads properties. A property without a value is dropped, and so are = at the start of a value.
func split(properties, separator string, escapes []string) map[string]string {
	all := map[string]string{}
	for p := range strings.SplitSeq(properties, separator) {
		name, value, _ := strings.Cut(strings.TrimLeft(p, "="), "=")
		if value = strings.TrimLeft(value, "="); name != "" && value != "" {
			all[name] = unescape(value, escapes)
		}
	}
	return all
}

// readOutputs reads the file of outputs: NAME=VALUE, or NAME<<END and lines until END. The last line end of a value is
// not part of it. On Windows, a line can also end with \r\n.
func readOutputs(text string, windows bool) (outputs []Output, err error) {
	lines := lineReader{text, windows}
	for {
		line, _, ok := lines.next()
		equals, here := strings.Index(line, "="), strings.Index(line, "<<")
		switch {
		case !ok:
			return outputs, nil
		case line == "":
		case equals >= 0 && (here < 0 || equals < here):
			outputs = append(outputs, Output{line[:equals], line[equals+1:]})
		case here <= 0 || here+2 == len(line):
			return nil, errors.New("invalid format: " + line)
		default:
			value, ok := lines.until(line[here+2:])
			if !ok {
				return nil, errors.New("no delimiter: " + line)
			}
			outputs = append(outputs, Output{line[:here], value})
		}
	}
}

// lineReader reads lines and their line ends.
type lineReader struct {
	text    string
	windows bool
}

func (l *lineReader) next() (line, end string, ok bool) {
	if l.text == "" {
		return "", "", false
	}
	line, rest, ended := strings.Cut(l.text, "\n")
	l.text = rest
	if !ended {
		return line, "", true
	}
	if short, cut := strings.CutSuffix(line, "\r"); cut && l.windows {
		return short, "\r\n", true
	}
	return line, "\n", true
}

// until returns the lines before a delimiter, without the end of the last one.
func (l *lineReader) until(delimiter string) (value string, ok bool) {
	var b strings.Builder
	before := ""
	for {
		line, end, ok := l.next()
		switch {
		case !ok:
			return "", false
		case line == delimiter:
			return b.String(), true
		case end == "":
			return "", false
		}
		b.WriteString(before + line)
		before = end
	}
}
