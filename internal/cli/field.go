package cli

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

// takeField removes the FIELD from the arguments, if the last one is one. The name of a field is one even where there is
// such a file; otherwise what exists is a PATH.
func (in *invocation) takeField() (string, error) {
	if len(in.args) == 0 {
		return "", nil
	}
	last := in.args[len(in.args)-1]
	known, err := spec.Fields()
	if err != nil {
		return "", err
	}
	if !slices.Contains(known, last) {
		if _, err := fs.Stat(in.Files, cmp.Or(in.relative(last), ".")); err == nil {
			return "", nil
		}
		if err := checkField(last, known); err != nil {
			return "", err
		}
		if section, _, _ := cut(last); !slices.Contains(known, section) {
			return "", nil
		}
	}
	in.args = in.args[:len(in.args)-1]
	return last, nil
}

// checkField says what is wrong with a word that looks like a field: not like a PATH.
func checkField(word string, known []string) error {
	section, rest, separator := cut(word)
	if !slices.Contains(known, section) {
		if strings.Contains(word, "/") || strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml") {
			return nil // a PATH that does not exist, which is told like any other
		}
		for _, f := range known {
			if strings.HasSuffix(f, "."+word) {
				return fmt.Errorf("%q is neither a PATH nor a field; did you mean %q?", word, f)
			}
		}
		sections := slices.DeleteFunc(slices.Clone(known), func(f string) bool { return strings.Contains(f, ".") })
		return fmt.Errorf("%q is neither a PATH nor a field; %s", word, suggest.OrList(section, sections))
	}
	k := resource.ByName(section)
	if parts := below(known, section); (k == nil || k.Key == "") && len(parts) == 0 {
		return fmt.Errorf("unknown field %q; %s has no parts", word, section)
	}
	if k == nil || k.Key == "" {
		return fmt.Errorf("unknown field %q; %s", word, suggest.OrList(word, below(known, section)))
	}
	fields, err := spec.FieldsOf(k)
	key, part, isPart := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(part, ".")
	switch {
	case err != nil:
		return err
	case separator != '/' || key == "":
		return fmt.Errorf("unknown field %q; one of %s is written %s/KEY, and its fields %s/KEY/%s", word, section, section, section, fields[0])
	case isPart && !slices.Contains(fields, name):
		return fmt.Errorf("unknown field %q in %s/%s; %s", part, section, key, suggest.OrList(name, fields))
	}
	return nil
}

// cut splits a field into its section, what separates it, and the rest.
func cut(field string) (section, rest string, separator byte) {
	if i := strings.IndexAny(field, "./"); i > 0 {
		return field[:i], field[i+1:], field[i]
	}
	return field, "", 0
}

// below returns the parts of a section.
func below(fields []string, section string) []string {
	return slices.DeleteFunc(slices.Clone(fields), func(f string) bool { return !strings.HasPrefix(f, section+".") })
}
