package planner

import (
	"context"

	"atlas-gitops/internal/resource"
)

// LogIn begins to log in to the accounts in their order, limit of them at once, so that the first requests of a run need not. It leaves
// out accounts that cannot be used. Call wait before the connection is closed.
func LogIn(ctx context.Context, limit int, accounts []*resource.Account) (wait func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		InParallel(limit, len(accounts), func(i int) {
			if a := accounts[i]; a.Err == nil && a.Login != nil {
				a.Login(ctx)
			}
		})
	}()
	return func() { <-ended }
}
