package conformance

import (
	"net/http"
	"strings"
	"time"

	"go.mongodb.org/atlas-sdk/v20250312018/admin"

	"atlas-gitops/internal/sandbox"
)

func (s *sdk) visitOrganization() {
	orgs := got(s.OrganizationsApi.ListOrgs(s.Context()).Name("acme").Execute())(s)
	want(s, "organizations", len(orgs.Results), 1)
	want(s, "count", orgs.GetTotalCount(), 1)
	want(s, "id", orgs.Results[0].GetId(), productionID)

	org := got(s.OrganizationsApi.GetOrg(s.Context(), productionID).Execute())(s)
	want(s, "name", org.Name, "Acme-Production")
	want(s, "deleted", org.GetIsDeleted(), false)
	links := org.GetLinks()
	want(s, "links", len(links), 4)
	want(s, "first link", strings.HasSuffix(links[0].GetHref(), acme), true)

	renamed := admin.AtlasOrganization{Name: "Acme Production (EU)", SkipDefaultAlertsSettings: admin.PtrBool(true)}
	got(s.OrganizationsApi.UpdateOrg(s.Context(), productionID, &renamed).Execute())(s)
	org = got(s.OrganizationsApi.GetOrg(s.Context(), productionID).Execute())(s)
	want(s, "new name", org.Name, "Acme Production (EU)")
	want(s, "alerts", org.GetSkipDefaultAlertsSettings(), true)
}

func (s *sdk) visitSettings() {
	settings := got(s.OrganizationsApi.GetOrgSettings(s.Context(), productionID).Execute())(s)
	want(s, "MFA", settings.GetMultiFactorAuthRequired(), false)
	timeouts := settings.GetCustomSessionTimeouts()
	want(s, "idle timeout", timeouts.GetIdleSessionTimeoutInSeconds(), 3600)

	settings = got(s.OrganizationsApi.UpdateOrgSettings(s.Context(), productionID, &admin.OrganizationSettings{
		MultiFactorAuthRequired:                admin.PtrBool(true),
		MaxServiceAccountSecretValidityInHours: admin.PtrInt(24),
		CustomSessionTimeouts:                  &admin.CustomSessionTimeouts{AbsoluteSessionTimeoutInSeconds: admin.PtrInt(7200)},
		SecurityContact:                        admin.PtrString("soc@acme.example"),
	}).Execute())(s)
	want(s, "MFA after", settings.GetMultiFactorAuthRequired(), true)
	want(s, "validity", settings.GetMaxServiceAccountSecretValidityInHours(), 24)
	want(s, "contact", settings.GetSecurityContact(), "soc@acme.example")
	want(s, "what was left alone", settings.GetRestrictEmployeeAccess(), true)

	settings = got(s.OrganizationsApi.UpdateOrgSettings(s.Context(), productionID, &admin.OrganizationSettings{SecurityContact: admin.PtrString("")}).Execute())(s)
	want(s, "contact is set", settings.HasSecurityContact(), false)
}

// clearSettings sends null with the SDK's untyped client, because this version of the SDK has no field for it.
func (s *sdk) clearSettings() {
	media := map[string]string{"Accept": version1, "Content-Type": version1}
	body := map[string]any{"customSessionTimeouts": nil, "operationsContact": nil}
	request, err := s.UntypedClient.PrepareRequest(s.Context(), s.base+acme+"/settings", http.MethodPatch, body, media, nil, nil, nil)
	if err != nil {
		s.Fatal(err)
	}
	response, err := s.UntypedClient.CallAPI(request)
	if err != nil {
		s.Fatal(err)
	}
	response.Body.Close()
	want(s, "status", response.StatusCode, http.StatusOK)
	settings := got(s.OrganizationsApi.GetOrgSettings(s.Context(), productionID).Execute())(s)
	want(s, "timeouts are set", settings.HasCustomSessionTimeouts(), false)
	want(s, "contact is set", settings.HasSecurityContact(), true)
}

func (s *sdk) visitInvitations() {
	orgs := s.OrganizationsApi
	want(s, "pending", len(got(orgs.ListOrgInvites(s.Context(), productionID).Execute())(s)), 3)
	want(s, "alan's", len(got(orgs.ListOrgInvites(s.Context(), productionID).Username("alan@acme.example").Execute())(s)), 1)

	request := invite("kay@acme.example")
	request.TeamIds = &[]string{platform}
	request.GroupRoleAssignments = &[]admin.OrganizationInvitationGroupRoleAssignmentsRequest{
		{GroupId: admin.PtrString(checkout), Roles: &[]string{"GROUP_OWNER", "GROUP_READ_ONLY"}}}
	sent := got(orgs.CreateOrgInvite(s.Context(), productionID, request).Execute())(s)
	want(s, "organization", sent.OrgName, "Acme-Production")
	want(s, "project roles", len(sent.GetGroupRoleAssignments()), 2)
	want(s, "life", sent.GetExpiresAt().Sub(sent.GetCreatedAt()), 30*24*time.Hour)

	id := sent.GetId()
	got(orgs.UpdateOrgInviteById(s.Context(), productionID, id, &admin.OrganizationInvitationUpdateRequest{TeamIds: &[]string{}, Roles: &[]string{"ORG_OWNER"}}).Execute())(s)
	changed := got(orgs.GetOrgInvite(s.Context(), productionID, id).Execute())(s)
	want(s, "teams", len(changed.GetTeamIds()), 0)
	want(s, "role", changed.GetRoles()[0], "ORG_OWNER")
	want(s, "project roles that were left alone", len(changed.GetGroupRoleAssignments()), 2)
	got(orgs.UpdateOrgInvites(s.Context(), productionID, invite("kay@acme.example")).Execute())(s)
	changed = got(orgs.GetOrgInvite(s.Context(), productionID, id).Execute())(s)
	want(s, "role by address", changed.GetRoles()[0], "ORG_MEMBER")

	done(orgs.DeleteOrgInvite(s.Context(), productionID, id).Execute())(s)
	want(s, "pending after", len(got(orgs.ListOrgInvites(s.Context(), productionID).Execute())(s)), 3)
}

func (s *sdk) visitUsers() {
	users := s.MongoDBCloudUsersApi
	groups := []admin.GroupRoleAssignment{{GroupId: admin.PtrString(checkout), GroupRoles: &[]string{"GROUP_OWNER"}}}
	sent := got(users.CreateOrgUser(s.Context(), productionID, &admin.OrgUserRequest{
		Username: "kay@acme.example", TeamIds: &[]string{platform},
		Roles: admin.OrgUserRolesRequest{OrgRoles: []string{"ORG_MEMBER"}, GroupRoleAssignments: &groups},
	}).Execute())(s)
	want(s, "standing", sent.OrgMembershipStatus, "PENDING")
	want(s, "life", sent.GetInvitationExpiresAt().Sub(sent.GetInvitationCreatedAt()), 30*24*time.Hour)

	id := sent.Id
	got(users.AddOrgRole(s.Context(), productionID, id, &admin.AddOrRemoveOrgRole{OrgRole: "ORG_OWNER"}).Execute())(s)
	got(users.RemoveOrgRole(s.Context(), productionID, id, &admin.AddOrRemoveOrgRole{OrgRole: "ORG_MEMBER"}).Execute())(s)
	got(users.UpdateOrgUser(s.Context(), productionID, id, &admin.OrgUserUpdateRequest{TeamIds: &[]string{}}).Execute())(s)
	changed := got(users.GetOrgUser(s.Context(), productionID, id).Execute())(s)
	want(s, "teams", len(changed.GetTeamIds()), 0)
	want(s, "role", changed.Roles.GetOrgRoles()[0], "ORG_OWNER")
	want(s, "project roles that were left alone", len(changed.Roles.GetGroupRoleAssignments()), 1)

	done(users.RemoveOrgUser(s.Context(), productionID, id).Execute())(s)
	_, _, err := users.GetOrgUser(s.Context(), productionID, id).Execute()
	want(s, "is gone", admin.IsErrorCode(err, "USER_NOT_IN_ORG"), true)
	member := got(s.OrganizationsApi.UpdateOrgUserRoles(s.Context(), productionID, ada, &admin.UpdateOrgRolesForUser{OrgRoles: &[]string{"ORG_MEMBER"}}).Execute())(s)
	want(s, "role of a member", member.GetOrgRoles()[0], "ORG_MEMBER")
}

func (s *sdk) visitLists() {
	users := got(s.MongoDBCloudUsersApi.ListOrgUsers(s.Context(), productionID).ItemsPerPage(4).PageNum(1).Execute())(s)
	want(s, "users on the page", len(users.Results), 4)
	want(s, "users", users.GetTotalCount(), 6)
	ada, alan := users.Results[0], users.Results[1]
	want(s, "a member", ada.OrgMembershipStatus+" "+ada.GetFirstName(), "ACTIVE Ada")
	want(s, "an invited person", alan.OrgMembershipStatus+" "+alan.GetFirstName(), "PENDING ")
	pending := got(s.MongoDBCloudUsersApi.ListOrgUsers(s.Context(), productionID).OrgMembershipStatus("PENDING").Execute())(s)
	want(s, "invited people", len(pending.Results), 3)
	one := got(s.MongoDBCloudUsersApi.ListOrgUsers(s.Context(), productionID).Username("ada@acme.example").IncludeCount(false).Execute())(s)
	want(s, "one person", len(one.Results), 1)
	want(s, "a count that was not wanted is 0", one.HasTotalCount() && one.GetTotalCount() == 0, true)

	teams := got(s.TeamsApi.ListOrgTeams(s.Context(), productionID).ItemsPerPage(1).PageNum(2).Execute())(s)
	want(s, "the second team", teams.Results[0].GetName(), "Security")
	projects := got(s.OrganizationsApi.GetOrgGroups(s.Context(), productionID).Name("Search").Execute())(s)
	want(s, "project", projects.Results[0].Name, "Search")
}

func (s *sdk) visitFederation() {
	federations := s.FederatedAuthenticationApi
	settings := got(federations.GetFederationSettings(s.Context(), billingID).Execute())(s)
	want(s, "federation", settings.GetId(), federation)
	want(s, "an identity provider is active", settings.GetIdentityProviderStatus(), "INACTIVE")
	connected := got(federations.ListConnectedOrgConfigs(s.Context(), settings.GetId()).ItemsPerPage(1).PageNum(2).Execute())(s)
	want(s, "organizations", connected.GetTotalCount(), 2)
	want(s, "the second", connected.Results[0].OrgId, researchID)
	own := got(federations.GetConnectedOrgConfig(s.Context(), settings.GetId(), billingID).Execute())(s)
	want(s, "mapped roles", len(own.GetRoleMappings()), 0)
}

func (s *sdk) createWithKey() {
	created := got(s.OrganizationsApi.CreateOrg(s.Context(), &admin.CreateOrganizationRequest{
		Name: "Acme-Labs", OrgOwnerId: admin.PtrString(ada),
		ApiKey: &admin.CreateAtlasOrganizationApiKey{Desc: "gitops", Roles: []string{"ORG_OWNER"}},
	}).Execute())(s)
	key := created.GetApiKey()
	want(s, "owner", created.GetOrgOwnerId(), ada)
	s.settle(created.Organization.GetId(), admin.UseDigestAuth(key.GetPublicKey(), key.GetPrivateKey()))
}

func (s *sdk) createWithAccount() {
	created := got(s.OrganizationsApi.CreateOrg(s.Context(), &admin.CreateOrganizationRequest{
		Name: "Acme-Labs", OrgOwnerId: admin.PtrString(ada),
		ServiceAccount: &admin.OrgServiceAccountRequest{Name: "gitops", Description: "for gitops", Roles: []string{"ORG_OWNER"}, SecretExpiresAfterHours: 8},
	}).Execute())(s)
	account := created.GetServiceAccount()
	secret := account.GetSecrets()[0]
	want(s, "life", secret.ExpiresAt.Sub(secret.CreatedAt), 8*time.Hour)
	s.settle(created.Organization.GetId(), useServiceAccount(s.atlas, sandbox.Credential{ClientID: account.GetClientId(), ClientSecret: secret.GetSecret()}))
}

// settle uses a new organization with its own credential, and deletes it. The credential that created it cannot do
// that.
func (s *sdk) settle(id string, with admin.ClientModifier) {
	s.Helper()
	_, _, err := s.OrganizationsApi.GetOrg(s.Context(), id).Execute()
	want(s, "the creator is refused", admin.IsErrorCode(err, "USER_CANNOT_ACCESS_ORG"), true)
	client, err := admin.NewClient(admin.UseBaseURL(s.base), with)
	if err != nil {
		s.Fatal(err)
	}
	inside := &sdk{s.atlas, client}
	want(s, "name", got(inside.OrganizationsApi.GetOrg(s.Context(), id).Execute())(s).Name, "Acme-Labs")
	settings := got(inside.OrganizationsApi.GetOrgSettings(s.Context(), id).Execute())(s)
	want(s, "the one setting that is on by default", settings.GetGenAIFeaturesEnabled(), true)
	done(inside.OrganizationsApi.DeleteOrg(s.Context(), id).Execute())(s)
	_, _, err = inside.OrganizationsApi.GetOrg(s.Context(), id).Execute()
	want(s, "the credential has gone with it", err != nil, true)
}

func (s *sdk) deleteOrganization() {
	done(s.OrganizationsApi.DeleteOrg(s.Context(), researchID).Execute())(s)
	_, _, err := s.OrganizationsApi.GetOrg(s.Context(), researchID).Execute()
	want(s, "it can still be read", err == nil, false)
}
