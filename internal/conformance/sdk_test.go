package conformance

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"go.mongodb.org/atlas-sdk/v20250312018/admin"
	"go.mongodb.org/atlas-sdk/v20250312018/auth"
	"go.mongodb.org/atlas-sdk/v20250312018/auth/clientcredentials"

	"atlas-gitops/internal/sandbox"
)

// TestSDK uses the official SDK with a sandbox, with both kinds of credentials. The SDK must work as with Atlas.
func TestSDK(t *testing.T) {
	for _, l := range []struct {
		name string
		with func(*atlas, sandbox.Credential) admin.ClientModifier
	}{
		{"API key", func(_ *atlas, c sandbox.Credential) admin.ClientModifier {
			return admin.UseDigestAuth(c.PublicKey, c.PrivateKey)
		}},
		{"service account", useServiceAccount},
	} {
		for _, tour := range tours() {
			t.Run(l.name+"/"+tour.reason, func(t *testing.T) { tour.take(newSDK(newAtlas(t, sandbox.New(sandbox.Demo())), tour.as, l.with)) })
		}
	}
}

// driveSDK runs the tours with a service account and returns the exchanges.
func driveSDK(t *testing.T) (all []exchange) {
	for _, tour := range tours() {
		a := newAtlas(t, sandbox.New(sandbox.Demo()))
		tour.take(newSDK(a, tour.as, useServiceAccount))
		all = append(all, a.exchanges...)
	}
	return all
}

type tour struct {
	reason string
	as     string // the credential
	take   func(*sdk)
}

func tours() []tour {
	return []tour{
		{"an organization is found and renamed", "ACME_PROD", (*sdk).visitOrganization},
		{"settings are changed, and cleared where the SDK can", "ACME_PROD", (*sdk).visitSettings},
		{"settings are cleared with null", "ACME_PROD", (*sdk).clearSettings},
		{"an invitation is sent, changed and cancelled", "ACME_PROD", (*sdk).visitInvitations},
		{"a user is invited, changed and removed", "ACME_PROD", (*sdk).visitUsers},
		{"users, teams and projects come in pages", "ACME_PROD", (*sdk).visitLists},
		{"a federation and its organizations are read", "ACME_BILLING", (*sdk).visitFederation},
		{"an organization is created with a key for it", "ACME_BILLING", (*sdk).createWithKey},
		{"an organization is created with a service account for it", "ACME_BILLING", (*sdk).createWithAccount},
		{"an organization is deleted", "ACME_RESEARCH", (*sdk).deleteOrganization},
		{"errors are Atlas's", "ACME_PROD", (*sdk).visitErrors},
	}
}

// sdk is the official client for one sandbox.
type sdk struct {
	*atlas
	*admin.APIClient
}

func newSDK(a *atlas, as string, with func(*atlas, sandbox.Credential) admin.ClientModifier) *sdk {
	a.Helper()
	client, err := admin.NewClient(admin.UseBaseURL(a.base), with(a, a.credential(as)))
	if err != nil {
		a.Fatal(err)
	}
	return &sdk{a, client}
}

// useServiceAccount gives the SDK an HTTP client in the context. Otherwise, the SDK would change http.DefaultClient.
func useServiceAccount(a *atlas, c sandbox.Credential) admin.ClientModifier {
	ctx := context.WithValue(a.Context(), auth.HTTPClient, &http.Client{Transport: a.recorder})
	return admin.UseOAuthAuth(ctx, c.ClientID, c.ClientSecret)
}

// got returns the result of a call. If the call fails, the test fails.
func got[T any](v T, _ *http.Response, err error) func(*sdk) T {
	return func(s *sdk) T {
		s.Helper()
		if err != nil {
			s.Fatal(err)
		}
		return v
	}
}

func done(_ *http.Response, err error) func(*sdk) {
	return func(s *sdk) {
		s.Helper()
		if err != nil {
			s.Fatal(err)
		}
	}
}

// want fails the test unless the result of the SDK is as expected.
func want[T comparable](s *sdk, what string, got, wanted T) {
	s.Helper()
	if got != wanted {
		s.Errorf("%s: got %v, want %v", what, got, wanted)
	}
}

// TestSDKRevokesToken: the SDK revokes its token, and the sandbox then refuses the token.
func TestSDKRevokesToken(t *testing.T) {
	a := newAtlas(t, sandbox.New(sandbox.Demo()))
	c := a.credential("ACME_PROD")
	config := clientcredentials.NewConfig(c.ClientID, c.ClientSecret)
	config.TokenURL, config.RevokeURL = a.base+clientcredentials.TokenAPIPath, a.base+clientcredentials.RevokeAPIPath
	token, err := config.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ask := func() int {
		network := &authorized{a.recorder, "Bearer " + token.AccessToken}
		response, err := network.RoundTrip(call{method: http.MethodGet, path: v2}.request(t, a.base))
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode
	}
	before := ask()
	if err := config.RevokeToken(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if after := ask(); before != http.StatusOK || after != http.StatusUnauthorized {
		t.Errorf("got %d before and %d after", before, after)
	}
}

// visitErrors causes errors and checks that the SDK can distinguish them.
func (s *sdk) visitErrors() {
	orgs := s.OrganizationsApi
	for _, row := range []struct {
		reason string
		err    error
		status int
		code   string
	}{
		{"another's organization", errorOf(orgs.GetOrg(s.Context(), billingID).Execute()), 401, "USER_CANNOT_ACCESS_ORG"},
		{"no id", errorOf(orgs.GetOrg(s.Context(), "acme").Execute()), 404, "INVALID_ORG_ID"},
		{"no name", errorOf(orgs.UpdateOrg(s.Context(), productionID, &admin.AtlasOrganization{}).Execute()), 400, "INVALID_ORG_NAME"},
		{"who does not pay", errorOf(orgs.CreateOrg(s.Context(), &admin.CreateOrganizationRequest{Name: "Acme-Labs", OrgOwnerId: admin.PtrString(ada)}).Execute()), 403,
			"API_KEY_MUST_BE_ASSOCIATED_WITH_PAYING_ORG"},
		{"no such invitation", errorOf(orgs.GetOrgInvite(s.Context(), productionID, nothing).Execute()), 404, "RESOURCE_NOT_FOUND"},
		{"invited already", errorOf(orgs.CreateOrgInvite(s.Context(), productionID, invite("alan@acme.example")).Execute()), 409, "USER_ALREADY_EXISTS"},
		{"a member already", errorOf(orgs.CreateOrgInvite(s.Context(), productionID, invite("ada@acme.example")).Execute()), 409, "USER_ALREADY_EXISTS"},
		{"no e-mail address", errorOf(orgs.CreateOrgInvite(s.Context(), productionID, invite("kay")).Execute()), 400, "INVALID_EMAIL_ADDRESS"},
		{"too large a page", errorOf(s.TeamsApi.ListOrgTeams(s.Context(), productionID).ItemsPerPage(501).Execute()), 400, "INVALID_QUERY_PARAMETER"},
		{"projects have to go first", errorOfDelete(orgs.DeleteOrg(s.Context(), productionID).Execute()), 409, "ORG_NOT_EMPTY"},
		{"too many requests", s.exhaust(), 429, "RATE_LIMITED_TOKEN_BUCKET"},
	} {
		var failed *admin.GenericOpenAPIError
		if !errors.As(row.err, &failed) {
			s.Errorf("%s: got %T, %v", row.reason, row.err, row.err)
			continue
		}
		model := failed.Model()
		if model.Error != row.status || !admin.IsErrorCode(row.err, row.code) || model.GetDetail() == "" || model.GetReason() == "" {
			s.Errorf("%s: got %v", row.reason, row.err)
		}
	}
	s.checkViolation()
}

// checkViolation: the SDK returns the wrong field in a separate part of the error.
func (s *sdk) checkViolation() {
	_, _, err := s.OrganizationsApi.UpdateOrg(s.Context(), productionID, &admin.AtlasOrganization{Name: "Acme"}).Execute()
	if err != nil {
		s.Fatal(err)
	}
	tooShort := &admin.CreateOrganizationRequest{Name: "Acme-Labs", ServiceAccount: &admin.OrgServiceAccountRequest{
		Name: "gitops", Description: "gitops", Roles: []string{"ORG_OWNER"}, SecretExpiresAfterHours: 1}}
	_, _, err = s.OrganizationsApi.CreateOrg(s.Context(), tooShort).Execute()
	model, ok := admin.AsError(err)
	if !ok || len(model.BadRequestDetail.GetFields()) != 1 {
		s.Fatalf("got %v", err)
	}
	want(s, "field", model.BadRequestDetail.GetFields()[0].Field, "serviceAccount.secretExpiresAfterHours")
}

// exhaust reads settings until a request is refused.
func (s *sdk) exhaust() error {
	for range 11 {
		if _, _, err := s.OrganizationsApi.GetOrgSettings(s.Context(), productionID).Execute(); err != nil {
			return err
		}
	}
	return nil
}

// errorOf returns only the error of a call.
func errorOf[T any](_ T, _ *http.Response, err error) error { return err }

// errorOfDelete returns the error of a call without a result.
func errorOfDelete(_ *http.Response, err error) error { return err }

func invite(username string) *admin.OrganizationInvitationRequest {
	return &admin.OrganizationInvitationRequest{Username: &username, Roles: &[]string{"ORG_MEMBER"}}
}
