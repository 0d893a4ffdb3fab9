package yamldata

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// dialect is a text in the form that the YAML library can read. YAML 1.2 allows nearly every character in the names of anchors, but
// the library allows only letters, digits, _ and -, and misreads names with a colon. So these names are replaced by names with the same
// number of characters, so that everything else stays at its line and column. The library also rejects %YAML 1.2.
type dialect struct {
	data     []byte
	unnamed  []byte            // like data, but with the original names
	names    map[string]string // the original names, by the names in data
	replaced int               // how many names in data were replaced
	versions []version
}

// version is a %YAML directive with a version other than 1.2.
type version struct {
	span
	number string
}

var yamlDirective = regexp.MustCompile(`^%YAML[ \t]+([^ \t\r]+)`)

// newDialect uses the lexer only if the text may contain such names or directives.
func newDialect(data []byte) dialect {
	d := dialect{data: data, unnamed: data, names: map[string]string{}}
	if !bytes.Contains(data, []byte("%YAML")) && !hasOddName(data) {
		return d
	}
	x := lex(data)
	d.readDirectives(x)
	d.unnamed = d.data
	d.replaceNames(x)
	return d
}

// hasOddName reports whether the text contains something like a name that the library cannot read.
func hasOddName(data []byte) bool {
	for i, b := range data {
		if b != '&' && b != '*' {
			continue
		}
		rest := bytes.TrimLeft(data[i+1:], plainNameBytes)
		if len(rest) > 0 && !isSpace(rest[0]) && strings.IndexByte(brackets, rest[0]) < 0 {
			return true
		}
	}
	return false
}

const plainNameBytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

func (d *dialect) readDirectives(x *lexer) {
	for _, line := range x.directives {
		match := yamlDirective.FindSubmatchIndex(line.in(d.data))
		if match == nil {
			continue
		}
		number := span{line.start + match[2], line.start + match[3]}
		if text := string(number.in(d.data)); text != "1.2" {
			d.versions = append(d.versions, version{line, text})
			continue
		}
		d.data = bytes.Clone(d.data)
		copy(d.data[number.start:], "1.1") // the library accepts this version and ignores it
	}
}

// replaceNames replaces each name that the library cannot read by a plain one with the same number of characters.
func (d *dialect) replaceNames(x *lexer) {
	plain := plainNames{taken: map[string]bool{}, next: map[int]int{}}
	for _, name := range x.names {
		plain.taken[string(name.in(d.data))] = true
	}
	var out bytes.Buffer
	end, instead := 0, map[string]string{}
	for _, name := range x.names {
		written := string(name.in(d.data))
		if strings.Trim(written, plainNameBytes) == "" {
			continue
		}
		if instead[written] == "" {
			instead[written] = plain.name(utf8.RuneCountInString(written))
		}
		if instead[written] == "" {
			continue // no plain name of this length is left; the library will report the original name
		}
		d.names[instead[written]] = written
		d.replaced++
		out.Write(d.data[end:name.start])
		out.WriteString(instead[written])
		end = name.end
	}
	out.Write(d.data[end:])
	d.data = out.Bytes()
}

// plainNames generates names that the library can read.
type plainNames struct {
	taken map[string]bool
	next  map[int]int // number of the next name, by length
}

// name returns an unused name of a length, or "" if there is none.
func (p *plainNames) name(length int) string {
	for {
		number, text := p.next[length], bytes.Repeat([]byte{'_'}, length)
		p.next[length]++
		for i := length - 1; i >= 0 && number > 0; i-- {
			text[i], number = plainNameBytes[number%len(plainNameBytes)], number/len(plainNameBytes)
		}
		switch {
		case number > 0:
			return ""
		case !p.taken[string(text)]:
			p.taken[string(text)] = true
			return string(text)
		}
	}
}

// decode also returns the text that the library has read, to which its error refers. This is the text with the original names if the
// lexer has replaced something that is not a name.
func (d dialect) decode() (trees []*yaml.Node, read []byte, err error) {
	trees, err = decode(d.data)
	restored := 0
	for _, tree := range trees {
		restored += d.restore(tree)
	}
	if err == nil && restored != d.replaced {
		trees, err = decode(d.unnamed)
		return trees, d.unnamed, err
	}
	return trees, d.data, err
}

// renamed returns an error of the YAML library with the original name of an anchor.
func (d dialect) renamed(err error) error {
	if match := unknownAnchor.FindStringSubmatch(err.Error()); match != nil && d.names[match[1]] != "" {
		return errors.New(strings.Replace(err.Error(), "'"+match[1]+"'", "'"+d.names[match[1]]+"'", 1))
	}
	return err
}

// decode returns the documents up to the first error. It inserts a line feed before the text, because the YAML library reports no line
// for errors on the first line. So the line of each node is 1 too high.
func decode(data []byte) (trees []*yaml.Node, err error) {
	decoder := yaml.NewDecoder(io.MultiReader(strings.NewReader("\n"), bytes.NewReader(data)))
	for {
		var document yaml.Node
		if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
			return trees, nil
		} else if err != nil {
			return trees, err
		}
		trees = append(trees, document.Content...)
	}
}

// restore restores the original names, and returns their number.
func (d dialect) restore(n *yaml.Node) (count int) {
	if written := d.names[n.Anchor]; written != "" {
		n.Anchor = written
		count++
	}
	if written := d.names[n.Value]; written != "" && n.Kind == yaml.AliasNode {
		n.Value = written
		count++
	}
	for _, child := range n.Content {
		count += d.restore(child)
	}
	return count
}
