package spec

import (
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/suggest"
)

// IsField reports whether a word names a field: settings, settings.operationsContact or members/ada@acme.example/roles. Any other word
// is a PATH. exists reports whether there is a file or directory with that name. The error says what is wrong with a word that looks
// like a field.
func IsField(word string, exists bool) (bool, error) {
	known, err := Fields()
	switch {
	case err != nil:
		return false, err
	case slices.Contains(known, word):
		return true, nil
	case exists:
		return false, nil
	}
	section, _, _ := cut(word)
	return slices.Contains(known, section), checkField(word, known)
}

// checkField says what is wrong with a word that looks like a field, not like a PATH.
func checkField(word string, known []string) error {
	section, rest, separator := cut(word)
	if !slices.Contains(known, section) {
		return checkSection(word, section, known)
	}
	if k := resource.ByName(section); k != nil && k.Key != "" {
		return checkObject(k, word, rest, separator)
	}
	parts := below(known, section)
	if len(parts) == 0 {
		return fmt.Errorf("unknown field %q; %s has no parts", word, section)
	}
	return fmt.Errorf("unknown field %q; %s", word, suggest.OrList(word, parts))
}

// checkSection says what is wrong with a word that does not begin with a section. It returns nil if the word looks like a PATH:
// reading the tree reports a PATH that does not exist.
func checkSection(word, section string, known []string) error {
	if strings.Contains(word, "/") || strings.HasSuffix(word, ".yaml") || strings.HasSuffix(word, ".yml") {
		return nil
	}
	for _, f := range known {
		if strings.HasSuffix(f, "."+word) {
			return fmt.Errorf("%q is neither a PATH nor a field; %s", word, suggest.Question(f))
		}
	}
	sections := slices.DeleteFunc(slices.Clone(known), func(f string) bool { return strings.Contains(f, ".") })
	return fmt.Errorf("%q is neither a PATH nor a field; %s", word, suggest.OrList(section, sections))
}

// checkObject says what is wrong with SECTION/KEY/FIELD, a field of an object of a list.
func checkObject(k *resource.Kind, word, rest string, separator byte) error {
	fields, err := FieldsOf(k)
	key, part, isPart := strings.Cut(rest, "/")
	name, _, _ := strings.Cut(part, ".")
	switch {
	case err != nil:
		return err
	case separator != '/' || key == "":
		return fmt.Errorf("unknown field %q; write %s/KEY, or %s/KEY/%s for a part of it", word, k.Name, k.Name, fields[0])
	case isPart && !slices.Contains(fields, name):
		return fmt.Errorf("unknown field %q in %s/%s; %s", part, k.Name, key, suggest.OrList(name, fields))
	}
	return nil
}

// cut splits a field into its section and the rest, and returns the separator between them, or 0.
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
