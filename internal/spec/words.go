package spec

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
	"atlas-gitops/internal/yamldata"
)

// words returns the violated rule, the message and, if it is known, what to write instead. If the message is empty, use the message
// of the schema library.
func (b brokenKeyword) words() (rule *Rule, message, hint string) {
	value := outline(b.node)
	switch b.keyword {
	case "unevaluatedProperties":
		return unknownKey, "unknown key " + safetext.Quoted(b.entry.Key), b.chooseKey()
	case "required":
		return b.missing()
	case "type":
		return wrongType, fmt.Sprintf("%s is %s; it takes %s", b.subject(), describe(value), b.takes()), b.retype(value)
	case "enum":
		if b.node.Text() == "" && value != "" {
			return wrongType, fmt.Sprintf("%s is %s; it takes one of %s", b.subject(), describe(value), strings.Join(texts(b.limit()), ", ")), ""
		}
		return unknownValue, fmt.Sprintf("unknown value %s in %s", describe(value), b.name()), chooseValue(fmt.Sprint(value), texts(b.limit()))
	case "pattern", "format", "maxLength":
		if value == "" {
			return b.empty()
		}
		return malformed, fmt.Sprintf("%s is %s; it takes %s", b.subject(), describe(value), b.takes()), chooseExample(b.node.Text(), b.shape.examples)
	case "minimum", "maximum":
		return outOfRange, fmt.Sprintf("%s is %v; it takes %s", b.subject(), value, b.between()), ""
	case "minItems":
		return emptyValue, fmt.Sprintf("%s is empty; list at least %v", b.subject(), b.limit()), ""
	case "minLength":
		return b.empty()
	}
	return wrongType, "", ""
}

// limit returns the value of the violated keyword.
func (b brokenKeyword) limit() any { return b.shape.keywords[b.keyword] }

func (b brokenKeyword) name() string {
	if b.entry == nil {
		return "document"
	}
	return b.entry.Key
}

func (b brokenKeyword) subject() string {
	switch {
	case b.item && b.entry == nil:
		return "an item"
	case b.item:
		return "an item of " + b.name()
	}
	return b.name()
}

func (b brokenKeyword) empty() (rule *Rule, message, hint string) {
	if slices.Contains(texts(b.shape.keywords["type"]), "null") {
		hint = "write null to clear it"
	}
	return emptyValue, b.subject() + " is empty text", hint
}

func (b brokenKeyword) between() string {
	least, most := b.shape.keywords["minimum"], b.shape.keywords["maximum"]
	switch {
	case least == nil:
		return fmt.Sprintf("at most %v", most)
	case most == nil:
		return fmt.Sprintf("at least %v", least)
	}
	return fmt.Sprintf("%v to %v", least, most)
}

// missing reports required keys that are not there. It skips keys that are only misspelled, because these are reported already. If no
// other key is missing, the rule is nil.
func (b brokenKeyword) missing() (rule *Rule, message, hint string) {
	meant := map[string]bool{}
	for _, e := range b.node.Entries() {
		meant[b.shape.meant(e.Key)] = true
	}
	var missing []string
	for _, key := range texts(b.limit()) {
		if !meant[key] {
			missing = append(missing, key)
		}
	}
	if len(missing) == 0 {
		return nil, "", ""
	}
	return missingKey, "missing " + strings.Join(missing, " and "), ""
}

// takes describes the allowed values: with the title of the schema, or else by type.
func (b brokenKeyword) takes() string {
	if title, ok := b.shape.keywords["title"].(string); ok && b.shape.keywords["$id"] == nil {
		return title
	}
	names := map[string]string{"boolean": "true or false", "integer": "a whole number", "string": "text",
		"object": "an object (key: value)", "array": "a list (- item)", "null": "null to clear it"}
	var allowed []string
	for _, t := range texts(b.shape.keywords["type"]) {
		allowed = append(allowed, names[t])
	}
	return strings.Join(allowed, ", or ")
}

// retype returns a hint how to give the value the right type.
func (b brokenKeyword) retype(value any) string {
	allowed := texts(b.limit())
	switch v := value.(type) {
	case nil:
		switch {
		case b.item:
			return "write a value, or remove the item"
		case slices.Contains(texts(b.parent.keywords["required"]), b.name()):
			return "write a value"
		}
		return "write a value, or remove the key"
	case bool, json.Number:
		if slices.Contains(allowed, "string") {
			return "put it in quotes"
		}
	case string:
		if b.shape.items != nil && len(b.shape.items.properties) > 0 {
			return "start each item with a dash: - " + b.shape.items.order[0] + ": …"
		}
		return retypeText(v, allowed)
	case resource.Fields:
		return b.flatten()
	}
	return ""
}

func retypeText(v string, allowed []string) string {
	truth := map[string]string{"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}[strings.ToLower(v)]
	isBool := slices.Contains(allowed, "boolean")
	switch {
	case yamldata.IsInteger(v) && slices.Contains(allowed, "integer"), (v == "true" || v == "false") && isBool:
		return "remove the quotes"
	case truth != "" && isBool:
		return "write " + truth
	case slices.Contains(allowed, "array"):
		if yamldata.IsPlain(v) && !strings.ContainsAny(v, ",[]{}") {
			return "put it in brackets: [" + safetext.Clip(v) + "]"
		}
		return "put it in brackets: [" + safetext.Quoted(v) + "]"
	}
	return ""
}

// flatten returns a hint for a list that is written in the form of Atlas's API: inside an object.
func (b brokenKeyword) flatten() string {
	for _, e := range b.node.Entries() {
		if slices.Contains(texts(b.shape.keywords["x-atlas"]), e.Key) {
			return fmt.Sprintf("move the list in %s directly below %s", e.Key, b.name())
		}
	}
	return ""
}

// pieceHint says where to put YAML anchors.
const pieceHint = "put shared values under a top-level key that starts with x-, such as x-owners"

// isForeign reports whether an unknown key is at the top level and does not resemble a known one.
func (b brokenKeyword) isForeign() bool {
	return b.parent == b.root && b.root.meant(b.entry.Key) == ""
}

// chooseKey returns a hint for an unknown key: where it belongs, which key was probably meant, or which keys are allowed.
func (b brokenKeyword) chooseKey() string {
	key := b.entry.Key
	switch isTop := b.parent == b.root; {
	case isTop && strings.HasPrefix(key, "."):
		return pieceHint
	case !isTop && len(b.root.properties) > 0 && strings.HasPrefix(key, yamldata.Pieces):
		return "move it to the top level, the only place for keys that start with x-"
	}
	if property, atlas := b.parent.means(key); atlas {
		return fmt.Sprintf("write %s; %s is the name in Atlas's API", property, key)
	} else if property != "" {
		return suggest.Question(property)
	}
	if property, homes := b.root.homes(key); len(homes) > 0 {
		if property == key {
			property = "it"
		}
		return fmt.Sprintf("%s belongs %s", property, strings.Join(homes, ", or "))
	}
	return choose(key, b.parent.names)
}

// chooseValue is like choose, but also recognizes a word without its prefix.
func chooseValue(value string, allowed []string) string {
	if near := withPrefix(value, allowed); near != "" {
		return near
	}
	return choose(value, allowed)
}

// chooseExample returns a hint for a malformed value if the schema has examples. All examples are roles. Without examples, it returns
// "".
func chooseExample(value string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	homes := map[string]string{"GROUP_": "write project roles in projects", "ORG_": "write organization roles in roles"}
	for prefix, home := range homes {
		if strings.HasPrefix(value, prefix) && !strings.HasPrefix(known[0], prefix) {
			return home
		}
	}
	return cmp.Or(withPrefix(value, known), suggest.DidYouMean(value, known), "known roles: "+strings.Join(known, ", "))
}

// withPrefix proposes the word that equals the value after its prefix, or returns "".
func withPrefix(value string, words []string) string {
	for _, w := range words {
		if _, rest, ok := strings.Cut(w, "_"); ok && suggest.Normalize(rest) == suggest.Normalize(value) {
			return suggest.Question(w)
		}
	}
	return ""
}

// texts returns the strings of a list, or a single string as a list. It returns nil for nil.
func texts(v any) []string {
	list, ok := v.([]any)
	switch {
	case v == nil:
		return nil
	case !ok:
		list = []any{v}
	}
	all := make([]string, 0, len(list))
	for _, item := range list {
		all = append(all, fmt.Sprint(item))
	}
	return all
}

// describe returns a value, or the type of a list or object, for a message.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		return safetext.Quoted(v)
	case []any:
		return "a list"
	case resource.Fields:
		return "an object"
	}
	return fmt.Sprint(v)
}

// choose returns the allowed word that was probably meant, or else lists all of them.
func choose(word string, allowed []string) string {
	if question := suggest.DidYouMean(word, allowed); question != "" || len(allowed) == 0 {
		return question
	}
	return "allowed: " + strings.Join(allowed, ", ")
}

// outline returns the value, with an object or a list as an empty one.
func outline(n *yamldata.Node) any {
	switch {
	case n.IsObject():
		return resource.Fields{}
	case n.IsList():
		return []any{}
	}
	return n.Plain()
}
