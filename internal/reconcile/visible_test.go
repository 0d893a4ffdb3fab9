package reconcile

import (
	"errors"
	"testing"
)

// TestCredentialProblems: a proxy that refuses all requests is one line, not one for each credential. What differs has its own line.
func TestCredentialProblems(t *testing.T) {
	refused := errors.New("GET /api/atlas/v2/orgs: connection refused")
	err := credentialProblems([]string{"", "A", "B", "C"}, []error{refused, nil, refused,
		errors.New("GET /api/atlas/v2/orgs: 401; set MONGODB_ATLAS_CLIENT_ID_C and MONGODB_ATLAS_CLIENT_SECRET_C again")})
	const want = "2 credentials (the one without a name, B): GET /api/atlas/v2/orgs: connection refused\n" +
		"credentials: C: GET /api/atlas/v2/orgs: 401; set MONGODB_ATLAS_CLIENT_ID_C and MONGODB_ATLAS_CLIENT_SECRET_C again"
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
}
