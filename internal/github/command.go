package github

import (
	"crypto/rand"
	"encoding/hex"
	"io"
	"strings"
)

// Property is a property of a workflow command.
type Property struct{ Name, Value string }

// Command writes a workflow command for GitHub's runner, and ends the line. The message and the values cannot end the
// command or start another one.
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
	s = strings.ReplaceAll(s, "%", "%25") // first: the others add a %
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r", "%0D"), "\n", "%0A")
}

func escapeProperty(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(escapeData(s), ":", "%3A"), ",", "%2C")
}

// StopCommands makes the runner ignore commands in the log until the caller calls the returned function.
func StopCommands(w io.Writer) (resume func() error, err error) {
	token := randomToken()
	if _, err := io.WriteString(w, Command("stop-commands", token)); err != nil {
		return nil, err
	}
	return func() error {
		_, err := io.WriteString(w, Command(token, ""))
		return err
	}, nil
}

// randomToken returns 128 random bits as text.
func randomToken() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// Output is an output of a step, for later steps.
type Output struct{ Name, Value string }

// WriteOutputs writes outputs in the format of the file GITHUB_OUTPUT. Each value has its own random delimiter, so that
// a value cannot end early and start another output.
func WriteOutputs(w io.Writer, outputs []Output) error {
	var b strings.Builder
	for _, o := range outputs {
		end := randomToken()
		b.WriteString(o.Name + "<<" + end + "\n" + o.Value + "\n" + end + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
