package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/action"
	"atlas-gitops/internal/suggest"
)

// file is the value of a flag that names a file. It must not be empty: --sandbox=$UNSET must not change Atlas instead.
type file string

func (f *file) String() string { return string(*f) }
func (f *file) Type() string   { return "FILE" }

func (f *file) Set(s string) error {
	if s == "" {
		return errors.New("the name of the file is empty")
	}
	*f = file(s)
	return nil
}

// duration is the value of a flag for a length of time.
type duration time.Duration

func (d *duration) String() string { return time.Duration(*d).String() }
func (d *duration) Type() string   { return "DURATION" }

func (d *duration) Set(s string) error {
	parsed, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return errors.New("it takes a duration such as 90s, 10m or 1h30m")
	case parsed <= 0:
		return errors.New("it has to be longer than 0")
	}
	*d = duration(parsed)
	return nil
}

// word is the value of a flag that must not be empty: --base-url=$UNSET must not change Atlas instead.
type word string

func (w *word) String() string { return string(*w) }
func (w *word) Type() string   { return "TEXT" }

func (w *word) Set(s string) error {
	if s == "" {
		return errors.New("it is empty")
	}
	*w = word(s)
	return nil
}

// list is the value of a repeatable flag. None of its values may be empty.
type list struct{ pflag.Value }

func (l list) Set(s string) error {
	if err := new(word).Set(s); err != nil {
		return err
	}
	return l.Value.Set(s)
}

// labels is the value of a repeatable flag for labels of issues.
type labels struct{ list }

func (l labels) Set(s string) error {
	if err := action.CheckLabel(s); err != nil {
		return err
	}
	return l.list.Set(s)
}

// number is the value of a flag for a number that must not be below least.
type number struct{ value, least int }

func (n *number) String() string { return strconv.Itoa(n.value) }
func (n *number) Type() string   { return "N" }

func (n *number) Set(s string) error {
	parsed, err := strconv.Atoi(s)
	if err != nil || parsed < n.least {
		return fmt.Errorf("it takes a number, at least %d", n.least)
	}
	n.value = parsed
	return nil
}

// choice is the value of a flag that takes one of a few words.
type choice struct {
	allowed []string
	value   string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "FORMAT" }

func (c *choice) Set(s string) error {
	if !slices.Contains(c.allowed, s) {
		return errors.New(cmp.Or(suggest.DidYouMean(s, c.allowed), "it takes "+c.about()))
	}
	c.value = s
	return nil
}

// about lists the allowed words.
func (c *choice) about() string {
	last := len(c.allowed) - 1
	return strings.Join(c.allowed[:last], ", ") + " or " + c.allowed[last]
}
