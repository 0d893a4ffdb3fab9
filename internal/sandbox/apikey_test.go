package sandbox

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGetKey: a key that POST /orgs created can be read, and its private key is redacted.
func TestGetKey(t *testing.T) {
	billing := demo(t, "ACME_BILLING")
	made := billing.do("POST", v2, `{"name":"Acme New","orgOwnerId":"`+adaID+`","apiKey":{"desc":"first key","roles":["ORG_OWNER"]}}`).want(t, 201, "")
	want, _ := made.object()["apiKey"].(fields)
	c := *billing
	c.cred = c.s.Credentials()[6]
	path := v2 + "/" + c.cred.OrgID + "/apiKeys/"
	got := c.do("GET", path+str(want["id"]), "").want(t, 200, "")
	want["privateKey"] = "********-****-****-" + str(want["privateKey"])[24:]
	if diff := cmp.Diff(want, got.object()); diff != "" {
		t.Error(diff)
	}
	c.do("GET", path+nobody, "").want(t, 400, "API_KEY_NOT_FOUND")
	billing.do("GET", v2+"/"+billingID+"/apiKeys/"+str(want["id"]), "").want(t, 400, "API_KEY_NOT_FOUND")
}
