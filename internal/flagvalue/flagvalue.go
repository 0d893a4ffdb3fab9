// Package flagvalue has the types of values that flags take. Each refuses what it cannot mean, and says what to write instead.
package flagvalue

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/suggest"
)

// File is the value of a flag that names a file. It must not be empty: --sandbox=$UNSET must not change Atlas instead.
type File string

func (f *File) String() string { return string(*f) }
func (f *File) Type() string   { return "FILE" }

func (f *File) Set(s string) error {
	if s == "" {
		return errors.New("the name of the file is empty")
	}
	*f = File(s)
	return nil
}

// Duration is the value of a flag for a length of time.
type Duration time.Duration

func (d *Duration) String() string { return time.Duration(*d).String() }
func (d *Duration) Type() string   { return "DURATION" }

func (d *Duration) Set(s string) error {
	parsed, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return errors.New("it takes a duration such as 90s, 10m or 1h30m")
	case parsed <= 0:
		return errors.New("it has to be longer than 0")
	}
	*d = Duration(parsed)
	return nil
}

// Word is the value of a flag that must not be empty: --base-url=$UNSET must not change Atlas instead.
type Word string

func (w *Word) String() string { return string(*w) }
func (w *Word) Type() string   { return "TEXT" }

func (w *Word) Set(s string) error {
	if s == "" {
		return errors.New("it is empty")
	}
	*w = Word(s)
	return nil
}

// List is the value of a repeatable flag. None of its values may be empty.
type List struct{ pflag.Value }

func (l List) Set(s string) error {
	if err := new(Word).Set(s); err != nil {
		return err
	}
	return l.Value.Set(s)
}

// Number is the value of a flag for a number that must not be below least.
type Number struct{ Value, Least int }

func (n *Number) String() string { return strconv.Itoa(n.Value) }
func (n *Number) Type() string   { return "N" }

func (n *Number) Set(s string) error {
	parsed, err := strconv.Atoi(s)
	if err != nil || parsed < n.Least {
		return fmt.Errorf("it takes a number, at least %d", n.Least)
	}
	n.Value = parsed
	return nil
}

// Choice is the value of a flag that takes one of a few words.
type Choice struct {
	Allowed []string
	Value   string
}

func (c *Choice) String() string { return c.Value }
func (c *Choice) Type() string   { return "FORMAT" }

func (c *Choice) Set(s string) error {
	if !slices.Contains(c.Allowed, s) {
		return errors.New(cmp.Or(suggest.DidYouMean(s, c.Allowed), "it takes "+c.About()))
	}
	c.Value = s
	return nil
}

// About lists the allowed words.
func (c *Choice) About() string {
	last := len(c.Allowed) - 1
	return strings.Join(c.Allowed[:last], ", ") + " or " + c.Allowed[last]
}
