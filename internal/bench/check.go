package main

import "fmt"

// most are the bounds of one row.
type most struct {
	requests, rounds int
	memory           float64 // MiB; 0: no bound
}

// most returns the bounds of a work at a size. A service account also revokes its token: one more request, in one more round.
func (w work) most(s size, serviceAccounts bool) most {
	m := most{requests: w.bounds.requests(s, w.changes(s)), rounds: w.bounds.rounds(s, w.changes(s))}
	if w.bounds.memory != nil {
		m.memory = w.bounds.memory(s)
	}
	if serviceAccounts && m.rounds > 0 {
		m.requests += s.Orgs
		m.rounds++
	}
	return m
}

// check returns a line for each figure over its bound. It does not look at times, because they depend on the machine.
func (r *report) check(all []work) (lines []string) {
	for _, w := range all {
		for _, one := range r.Rows {
			if one.Work == w.name {
				lines = append(lines, one.check(w, r.ServiceAccounts)...)
			}
		}
	}
	return lines
}

func (r row) check(w work, serviceAccounts bool) (lines []string) {
	most, at := w.most(r.size, serviceAccounts), fmt.Sprintf("%s, %s: ", w.title, r.size)
	if n := total(r.Requests, kinds()...); n > most.requests {
		lines = append(lines, fmt.Sprintf("%s%s; at most %s = %d: look for what is read twice, with -log FILE", at, r.requests(), w.bounds.formulas[0], most.requests))
	}
	if r.Rounds > most.rounds {
		lines = append(lines, fmt.Sprintf("%s%d rounds; at most %s = %d: look for requests that wait for others without a reason, with -log FILE",
			at, r.Rounds, w.bounds.formulas[1], most.rounds))
	}
	if most.memory > 0 && r.PeakMiB > most.memory {
		lines = append(lines, fmt.Sprintf("%s%.0f MiB; at most %.0f: look at a heap profile for what is held for all organizations at once", at, r.PeakMiB, most.memory))
	}
	return lines
}
