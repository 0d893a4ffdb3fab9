package sandbox

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestSettingsBucket empties the smallest bucket: ten tokens, and five new ones each minute.
func TestSettingsBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		path := v2 + "/" + prodID + "/settings"
		for i := range 10 {
			res := c.do("GET", path, "").want(t, 200, "")
			if res.header.Get("RateLimit-Limit") != "10" || res.header.Get("RateLimit-Remaining") != fmt.Sprint(9-i) {
				t.Errorf("request %d: %v", i+1, res.header)
			}
		}
		time.Sleep(5 * time.Second)
		res := c.do("PATCH", path, `{}`).want(t, 429, "RATE_LIMITED_TOKEN_BUCKET")
		want := parse(t, `{"detail":"Rate limit exceeded for api/atlas/v2/orgs. Please retry after 55 seconds. Request capacity: 10. Refill rate: 5 per 60 seconds.",
			"error":429,"errorCode":"RATE_LIMITED_TOKEN_BUCKET","parameters":["api/atlas/v2/orgs",55,10,5,60],"reason":"Too Many Requests"}`)
		if diff := cmp.Diff(want, res.body); diff != "" || res.header.Get("Retry-After") != "55" {
			t.Errorf("%v %s", res.header, diff)
		}
		stage := c.as("ACME_STAGING")
		stage.do("GET", v2+"/"+stageID+"/settings", "").want(t, 200, "") // another organization has another bucket
		c.do("GET", v2+"/"+prodID, "").want(t, 200, "")                  // another limit set has another bucket
		c.bearer().do("GET", path, "").want(t, 429, "RATE_LIMITED_TOKEN_BUCKET")

		time.Sleep(55*time.Second - time.Millisecond)
		if res := c.do("GET", path, "").want(t, 429, "RATE_LIMITED_TOKEN_BUCKET"); res.header.Get("Retry-After") != "1" {
			t.Errorf("waits are whole seconds, rounded up: %v", res.header)
		}
		time.Sleep(time.Millisecond)
		for range 5 {
			c.do("GET", path, "").want(t, 200, "")
		}
		c.do("GET", path, "").want(t, 429, "RATE_LIMITED_TOKEN_BUCKET")
		time.Sleep(time.Hour)
		if res := c.do("GET", path, ""); res.header.Get("RateLimit-Remaining") != "9" {
			t.Errorf("a bucket holds no more than its capacity: %v", res.header)
		}
	})
}

// TestBucketCost: a request takes a token only if it passes the checks before the limit. All answers after
// authentication say how many tokens are left.
func TestBucketCost(t *testing.T) {
	settings := v2 + "/" + prodID + "/settings"
	for _, row := range []struct {
		reason    string
		q         request
		remaining string
	}{
		{"a success costs", request{method: "GET", path: settings}, "9"},
		{"a bad query costs", request{method: "GET", path: settings + "?x=1"}, "9"},
		{"a bad body costs", request{method: "PATCH", path: settings, body: "{"}, "9"},
		{"a bad version is free", request{method: "GET", path: settings, accept: "*/*"}, "10"},
		{"another organization is free", request{method: "GET", path: v2 + "/" + stageID + "/settings"}, "10"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			res := demo(t, "ACME_PROD").send(row.q)
			if got := res.header.Get("RateLimit-Remaining"); got != row.remaining {
				t.Errorf("%s left after %s", got, res.raw)
			}
		})
	}
}

// TestLimitSets: the capacity of each set, and which requests share it.
func TestLimitSets(t *testing.T) {
	org := v2 + "/" + prodID
	c := demo(t, "ACME_PROD")
	for _, row := range []struct{ path, limit, remaining string }{
		{v2, "300", "299"},
		{org, "500", "499"},
		{org + "/groups", "500", "498"},
		{org + "/invites", "500", "497"},
		{org + "/users", "500", "499"},
		{org + "/teams", "1200", "1199"},
		{org + "/settings", "10", "9"},
	} {
		res := c.do("GET", row.path, "").want(t, 200, "")
		if res.header.Get("RateLimit-Limit") != row.limit || res.header.Get("RateLimit-Remaining") != row.remaining {
			t.Errorf("%s: %s of %s", row.path, res.header.Get("RateLimit-Remaining"), res.header.Get("RateLimit-Limit"))
		}
	}
}

// TestInvitationThrottle: ten invitations a minute from one address; then a 400 [seen reports].
func TestInvitationThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		invite := func(i int) response {
			return c.do("POST", invitesPath, fmt.Sprintf(`{"username":"user%d@acme.example","roles":["ORG_MEMBER"]}`, i))
		}
		for i := range 10 {
			invite(i).want(t, 200, "")
		}
		res := invite(10).want(t, 400, "INVITATIONS_RATE_LIMITED_IP")
		want := parse(t, `{"detail":"Rate limit of 10 invitations per 1 minutes exceeded.","error":400,
			"errorCode":"INVITATIONS_RATE_LIMITED_IP","parameters":null,"reason":"Bad Request"}`)
		if diff := cmp.Diff(want, res.body); diff != "" || res.header.Get("Retry-After") != "" {
			t.Errorf("%v %s", res.header, diff)
		}
		other := c.as("ACME_STAGING")
		other.do("POST", v2+"/"+stageID+"/invites", `{"username":"x@acme.example","roles":["ORG_MEMBER"]}`).want(t, 400, "INVITATIONS_RATE_LIMITED_IP")
		c.do("PATCH", invitesPath+"/"+alanID, `{}`).want(t, 200, "") // PATCH sends no mail
		time.Sleep(time.Minute)
		invite(10).want(t, 200, "")
	})
}

// TestUserThrottle: invitations of both APIs count together.
func TestUserThrottle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := demoDirect(t, "ACME_PROD")
		invite := func(i int) response {
			return c.newer("POST", usersPath, fmt.Sprintf(`{"username":"user%d@acme.example","roles":{"orgRoles":["ORG_MEMBER"]}}`, i))
		}
		for i := range 9 {
			invite(i).want(t, 201, "")
		}
		c.do("POST", invitesPath, `{"username":"b@acme.example","roles":["ORG_MEMBER"]}`).want(t, 200, "")
		invite(9).want(t, 400, "INVITATIONS_RATE_LIMITED_IP")
		c.newer("PATCH", alanPath, `{}`).want(t, 200, "") // PATCH sends no mail
		c.newer("POST", alanPath+":addRole", `{"orgRole":"ORG_MEMBER"}`).want(t, 200, "")
		time.Sleep(time.Minute)
		invite(9).want(t, 201, "")

		c.control("PATCH", behaviorPath, `{"unthrottledUsers":true}`).want(t, 200, "")
		for i := range 20 {
			invite(10+i).want(t, 201, "")
		}
	})
}

// TestUserBucket: all operations on users share one bucket.
func TestUserBucket(t *testing.T) {
	c := demo(t, "ACME_PROD")
	for i, q := range []request{
		{method: "GET", path: usersPath},
		{method: "POST", path: usersPath, body: brief},
		{method: "GET", path: alanPath},
		{method: "PATCH", path: alanPath, body: `{}`},
		{method: "POST", path: alanPath + ":addRole", body: `{"orgRole":"ORG_MEMBER"}`},
		{method: "POST", path: alanPath + ":removeRole", body: `{"orgRole":"ORG_MEMBER"}`},
		{method: "PUT", path: gracePath + "/roles", body: `{"orgRoles":["ORG_MEMBER"]}`},
		{method: "DELETE", path: gracePath},
	} {
		q.accept = v2025
		if got := c.s.api.limitOf(c.build(q)); got.name != "MongoDB Cloud Users" || got.capacity != 500 {
			t.Errorf("%s %s is limited as %s", q.method, q.path, got.name)
		}
		res := c.send(q)
		if res.status/100 != 2 || res.header.Get("RateLimit-Limit") != "500" || res.header.Get("RateLimit-Remaining") != fmt.Sprint(499-i) {
			t.Errorf("%s %s: %d %v", q.method, q.path, res.status, res.header)
		}
	}
}
