package github

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"strings"
)

// Property is a property of a workflow command.
type Property struct{ Name, Value string }

// Command writes a workflow command for GitHub's runner, and ends its line. Nothing in the message or in a value can end
// it or begin another.
func Command(name, message string, properties ...Property) string {
	var b strings.Builder
	separator := " "
	for _, p := range properties {
		b.WriteString(separator + p.Name + "=" + escapeProperty(p.Value))
		separator = ","
	}
	return "::" + name + b.String() + "::" + escapeData(message) + "\n"
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escapeData(s))
}

// Mute keeps the runner from obeying what is written until the function that it returns was called.
func Mute(w io.Writer) (unmute func() error, err error) {
	token := random()
	if _, err := io.WriteString(w, Command("stop-commands", token)); err != nil {
		return nil, err
	}
	return func() error {
		_, err := io.WriteString(w, Command(token, ""))
		return err
	}, nil
}

// random returns 128 bits that nobody can guess, as text.
func random() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// Output is what a step hands to those after it.
type Output struct{ Name, Value string }

// WriteOutputs writes outputs as the file GITHUB_OUTPUT takes them. Each value ends at a line that nobody can foresee.
func WriteOutputs(w io.Writer, outputs []Output) error {
	var b strings.Builder
	for _, o := range outputs {
		end := random()
		b.WriteString(o.Name + "<<" + end + "\n" + o.Value + "\n" + end + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
