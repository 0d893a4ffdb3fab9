package action

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// inputVariable returns the variable in which action.yml passes an input.
func inputVariable(name string) string {
	return "INPUT_" + strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}

// TakeInputs sets flags from the inputs of the action. It skips empty inputs, and flags that the command line sets. Each line of
// a list is one value.
func TakeInputs(flags *pflag.FlagSet, getenv func(string) string) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		value, given := getenv(inputVariable(f.Name)), f.Changed // on the command line
		values := []string{value}
		if f.Value.Type() == "stringArray" {
			values = strings.Split(value, "\n")
		}
		for _, v := range values {
			if v = strings.TrimSpace(v); v != "" && !given && err == nil {
				err = setInput(flags, f.Name, v)
			}
		}
	})
	return err
}

func setInput(flags *pflag.FlagSet, name, value string) error {
	err := flags.Set(name, value)
	var invalid *pflag.InvalidValueError
	switch {
	case err != nil && flags.Lookup(name).Value.Type() == "bool":
		err = errors.New("it takes true or false")
	case errors.As(err, &invalid):
		err = invalid.Unwrap()
	}
	if err != nil {
		return inputError{name, value, err}
	}
	return nil
}

// inputError says that an input of the action has an invalid value.
type inputError struct {
	name, value string
	err         error
}

func (e inputError) Error() string {
	return fmt.Sprintf("the input %s is %q: %s", e.name, e.value, e.err)
}

func (e inputError) Unwrap() error { return e.err }

// CheckLabel refuses what GitHub cannot find issues by.
func CheckLabel(name string) error {
	if strings.Contains(name, ",") {
		return errors.New("it has a comma; write each label on a line of its own")
	}
	return nil
}
