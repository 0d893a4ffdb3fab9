package main

import (
	"fmt"
	"strconv"
	"strings"
)

// none stands for what is unknown or has no bound.
const none = "–"

// markdown returns the report as Markdown: where it is from, the table, and the bounds.
func (r *report) markdown(all []work) string {
	var b strings.Builder
	login := "API keys"
	if r.ServiceAccounts {
		login = "service accounts"
	}
	fmt.Fprintf(&b, "Measured on %s.\nProgram: %s, with %s.\nMachine: %s.\n\n", r.Date, r.Program, login, r.Machine)
	writeLine(&b, "work", "organizations × people", "requests", "bound", "rounds", "bound", "peak memory", "bound", "CPU time", "wall time", "bound")
	b.WriteString(strings.Repeat("|---", 11) + "|\n")
	for _, w := range all {
		for _, one := range r.Rows {
			if one.Work == w.name {
				writeLine(&b, one.cells(w, r.ServiceAccounts)...)
			}
		}
	}
	b.WriteString("\nBounds for N organizations of M people, with P = ⌈M/500⌉ pages of people, and k changes in each organization.\n" +
		"A service account adds 1 request for each organization, and 1 round, because it revokes its token.\n\n" + formulas(all))
	return b.String()
}

// formulas returns the table of bounds.
func formulas(all []work) string {
	var b strings.Builder
	writeLine(&b, "work", "bound of requests", "bound of rounds", "bound of memory, in MiB", "reason")
	b.WriteString(strings.Repeat("|---", 5) + "|\n")
	titles, lines := map[string][]string{}, []string{}
	for _, w := range all {
		line := w.bounds.line()
		if titles[line] == nil {
			lines = append(lines, line)
		}
		titles[line] = append(titles[line], w.title)
	}
	for _, line := range lines {
		writeLine(&b, strings.Join(titles[line], ", "), line)
	}
	return b.String()
}

// line returns the formulas and their reason, as cells of a table.
func (b bounds) line() string { return strings.Join(append(b.formulas[:], b.reason), " | ") }

func writeLine(b *strings.Builder, cells ...string) {
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// cells returns the figures of a row, each with its bound.
func (r row) cells(w work, serviceAccounts bool) []string {
	most := w.most(r.size, serviceAccounts)
	return []string{w.title, r.size.String(), r.requests(), grouped(most.requests), grouped(r.Rounds), grouped(most.rounds),
		mib(r.PeakMiB), mib(most.memory), secondsText(r.CPUSeconds), r.wall(), secondsText(float64(most.rounds) * w.latency.Seconds())}
}

// wall returns the wall time. A latency that is not the usual one stands beside it.
func (r row) wall() string {
	text := secondsText(r.WallSeconds)
	if r.Rounds > 0 && r.LatencyMilliseconds == 0 {
		text += " (latency 0)"
	}
	return text
}

// requests returns the number of requests, in total and by kind.
func (r row) requests() string {
	var parts []string
	for _, kind := range kinds() {
		if n := r.Requests[kind]; n > 0 {
			parts = append(parts, grouped(n)+" "+kind)
		}
	}
	if len(parts) == 0 {
		return r.total()
	}
	return r.total() + ": " + strings.Join(parts, ", ")
}

func (r row) total() string { return grouped(total(r.Requests, kinds()...)) }

func (s size) String() string { return grouped(s.Orgs) + " × " + grouped(s.People) }

// grouped returns a number with a comma before each three digits.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func mib(n float64) string {
	if n == 0 {
		return none
	}
	return fmt.Sprintf("%.0f MiB", n)
}

// secondsText returns a time with two significant digits below ten seconds.
func secondsText(s float64) string {
	switch {
	case s == 0:
		return none
	case s < 10:
		return fmt.Sprintf("%.2f s", s)
	}
	return fmt.Sprintf("%.0f s", s)
}
