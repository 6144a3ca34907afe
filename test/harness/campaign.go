package harness

import (
	"strings"
	"testing"
	"time"
)

// Campaign is one that the owner of an enterprise has made.
type Campaign struct {
	ID string
	e  *Enterprise
}

// CampaignState is how it stands.
type CampaignState struct {
	State, StateReason string
	Refusals           []struct {
		Code  string
		Count int
	}
	Progress struct{ Accepted, Refused, Queued, Sent, Delivered, Read, Failed, Unknown, Suppressed int }
}

// NewCampaign makes a campaign without an audience.
func NewCampaign(t testing.TB, e *Enterprise, name, template string) *Campaign {
	t.Helper()
	var made struct {
		CreateCampaign struct {
			Campaign   struct{ ID string }
			UserErrors UserErrors
		}
	}
	e.Owner.Must(t, `mutation($i: CreateCampaignInput!) { createCampaign(input: $i) { campaign { id } userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"name": name, "templateId": template, "senderId": e.Sender}}, &made)
	made.CreateCampaign.UserErrors.None(t)
	return &Campaign{made.CreateCampaign.Campaign.ID, e}
}

// Upload streams the audience; columns tells which of its headers fills what.
func (c *Campaign) Upload(t testing.TB, csv string, columns map[string]string) {
	t.Helper()
	var list []any
	for target, column := range columns {
		list = append(list, map[string]any{"target": target, "column": column})
	}
	var opened struct {
		UploadAudience struct {
			URL        string
			UserErrors UserErrors
		}
	}
	c.e.Owner.Must(t, `mutation($i: AudienceInput!) { uploadAudience(input: $i) { url userErrors { field code message } } }`,
		map[string]any{"i": map[string]any{"campaignId": c.ID, "columns": list}}, &opened)
	opened.UploadAudience.UserErrors.None(t)
	if i := strings.LastIndexByte(opened.UploadAudience.URL, '/'); i > 0 {
		c.e.Box.Secret(opened.UploadAudience.URL[i+1:])
	}
	if status, body := c.e.Owner.Put(t, opened.UploadAudience.URL, strings.NewReader(csv)); status != 200 {
		t.Fatalf("the upload was answered %d: %s", status, body)
	}
}

// Start sends it off.
func (c *Campaign) Start(t testing.TB) { c.act(t, "startCampaign") }

// Pause holds it.
func (c *Campaign) Pause(t testing.TB) { c.act(t, "pauseCampaign") }

// Resume lets it go on.
func (c *Campaign) Resume(t testing.TB) { c.act(t, "resumeCampaign") }

func (c *Campaign) act(t testing.TB, mutation string) {
	t.Helper()
	var done map[string]struct{ UserErrors UserErrors }
	c.e.Owner.Must(t, `mutation($id: ID!) { `+mutation+`(id: $id) { campaign { id } userErrors { field code message } } }`, map[string]any{"id": c.ID}, &done)
	done[mutation].UserErrors.None(t)
}

// State reads how it stands.
func (c *Campaign) State(t testing.TB) CampaignState {
	t.Helper()
	var found struct{ Campaign CampaignState }
	c.e.Owner.Must(t, `query($id: ID!) { campaign(id: $id) { state stateReason refusals { code count }
		progress { accepted refused queued sent delivered read failed unknown suppressed } } }`, map[string]any{"id": c.ID}, &found)
	return found.Campaign
}

// Reach waits for a state.
func (c *Campaign) Reach(t testing.TB, state string) CampaignState {
	t.Helper()
	var now CampaignState
	Eventually(t, time.Minute, "the campaign is "+state, func() bool {
		now = c.State(t)
		return now.State == state
	})
	return now
}

// Messages lists the ids of its messages.
func (c *Campaign) Messages(t testing.TB) []string {
	t.Helper()
	var ids []string
	for after := any(nil); ; {
		var page struct {
			Messages struct {
				Edges    []struct{ Node struct{ ID string } }
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
			}
		}
		c.e.Owner.Must(t, `query($w: MessageFilter, $a: Cursor) { messages(first: 100, after: $a, where: $w) { edges { node { id } } pageInfo { hasNextPage endCursor } } }`,
			map[string]any{"w": map[string]any{"campaignId": c.ID}, "a": after}, &page)
		for _, e := range page.Messages.Edges {
			id, _, _ := strings.Cut(e.Node.ID, "-")
			ids = append(ids, id)
		}
		if !page.Messages.PageInfo.HasNextPage {
			return ids
		}
		after = page.Messages.PageInfo.EndCursor
	}
}

// Figures are what messageStats counts over the days around now.
type Figures struct{ Targeted, Suppressed, Attempted, Sent, Delivered, Read, Failed, Unknown int }

// Figures asks for them, as a BI tool does.
func (c *Client) Figures(t testing.TB) Figures {
	t.Helper()
	today := time.Now().UTC().Truncate(24 * time.Hour)
	var found struct {
		Analytics struct {
			MessageStats struct{ Totals Figures }
		}
	}
	c.Must(t, `query($r: TimeRangeInput!) { analytics { messageStats(range: $r, timeZone: "UTC") { totals { targeted suppressed attempted sent delivered read failed unknown } } } }`,
		map[string]any{"r": map[string]any{"from": today.AddDate(0, 0, -1).Format(time.RFC3339), "to": today.AddDate(0, 0, 2).Format(time.RFC3339)}}, &found)
	return found.Analytics.MessageStats.Totals
}
