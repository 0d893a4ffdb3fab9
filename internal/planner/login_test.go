package planner_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/planner"
	"atlas-gitops/internal/resource"
)

// logins are accounts that note their logins. A login takes a second.
type logins struct {
	mu        sync.Mutex
	done      []int
	now, most int
}

func (l *logins) account(n int) *resource.Account {
	return &resource.Account{API: lists{}, Login: func(context.Context) {
		l.count(1)
		time.Sleep(time.Second)
		l.count(-1)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.done = append(l.done, n)
	}}
}

func (l *logins) count(by int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now += by
	l.most = max(l.most, l.now)
}

// TestLogIn: logins run in the order of the accounts, up to a limit at once, and only of accounts that can be used.
func TestLogIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l logins
		accounts := []*resource.Account{{Err: errors.New("no key"), Login: l.account(99).Login}, {API: lists{}}}
		for n := range 5 {
			accounts = append(accounts, l.account(n))
		}
		start := time.Now()
		wait := planner.LogIn(t.Context(), 2, accounts)
		if begun := time.Since(start); begun > 0 {
			t.Errorf("it waited for %s", begun)
		}
		wait()
		took := time.Since(start)
		pairs := [][]int{l.done[:2], l.done[2:4], l.done[4:]}
		for _, pair := range pairs {
			slices.Sort(pair) // those of one pair end at the same time
		}
		if took != 3*time.Second || l.most != 2 || fmt.Sprint(pairs) != "[[0 1] [2 3] [4]]" {
			t.Errorf("%v, up to %d at once, in %s", pairs, l.most, took)
		}
	})
}
