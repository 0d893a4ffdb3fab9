package main

import (
	"fmt"
	"os"
	"strings"
)

// The table of a page stands between these lines.
const (
	pageBegin = "<!-- go run ./internal/bench -write writes what follows -->\n"
	pageEnd   = "<!-- end -->\n"
)

// writePage replaces the table in a page.
func writePage(file, table string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	replaced, err := replaceTable(string(text), table)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(replaced), 0o644)
}

func replaceTable(page, table string) (string, error) {
	before, rest, begins := strings.Cut(page, pageBegin)
	_, after, ends := strings.Cut(rest, pageEnd)
	if !begins || !ends {
		return "", fmt.Errorf("there is no place for the table; add the lines %s and %s", strings.TrimSpace(pageBegin), strings.TrimSpace(pageEnd))
	}
	return before + pageBegin + "\n" + table + "\n" + pageEnd + after, nil
}
