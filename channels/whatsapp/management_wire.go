package whatsapp

import (
	"encoding/json"
	"strconv"
	"strings"
)

// managementWire holds the fields of all management events; their names do not clash.
type managementWire struct {
	Event string `json:"event"`

	TemplateID       json.Number `json:"message_template_id"`
	TemplateName     string      `json:"message_template_name"`
	TemplateLanguage string      `json:"message_template_language"`
	TemplateCategory string      `json:"message_template_category"`
	Reason           string      `json:"reason"`
	Rejection        *struct {
		Reason         string `json:"reason"`
		Recommendation string `json:"recommendation"`
	} `json:"rejection_info"`
	Other *struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"other_info"`
	PreviousQuality    string      `json:"previous_quality_score"`
	NewQuality         string      `json:"new_quality_score"`
	PreviousCategory   string      `json:"previous_category"`
	NewCategory        string      `json:"new_category"`
	CorrectCategory    string      `json:"correct_category"`
	CategoryUpdateTime json.Number `json:"category_update_timestamp"`

	DisplayNumber string          `json:"display_phone_number"`
	DailyLimit    json.RawMessage `json:"max_daily_conversations_per_business"`
	CurrentLimit  string          `json:"current_limit"`
	Decision      string          `json:"decision"`
	RequestedName string          `json:"requested_verified_name"`
	Rejected      string          `json:"rejection_reason"`

	NumbersPerBusiness json.Number `json:"max_phone_numbers_per_business"`
	NumbersPerAccount  json.Number `json:"max_phone_numbers_per_waba"`

	EntityType string          `json:"entity_type"`
	EntityID   json.RawMessage `json:"entity_id"`
	Alert      *struct {
		Severity    string `json:"alert_severity"`
		Status      string `json:"alert_status"`
		Type        string `json:"alert_type"`
		Description string `json:"alert_description"`
	} `json:"alert_info"`
	Restrictions []struct {
		Type       string      `json:"restriction_type"`
		Expiration json.Number `json:"expiration"`
	} `json:"restriction_info"`
	Violation *struct {
		Type string `json:"violation_type"`
	} `json:"violation_info"`
	Ban *struct {
		State string `json:"waba_ban_state"`
	} `json:"ban_info"`
}

func (b *Batch) addTemplate(o Origin, field string, v *valueWire) error {
	t := TemplateChange{
		Origin: o, ID: v.TemplateID.String(), Name: v.TemplateName, Language: v.TemplateLanguage, Category: v.TemplateCategory,
	}
	if t.ID == "" && t.Name == "" {
		return malformed("a template change does not name the template")
	}
	switch field {
	case "message_template_status_update":
		if v.Event == "" {
			return malformed("a template's status is missing")
		}
		t.Event, t.Status = TemplateReviewed, v.Event
		if v.Reason != "NONE" {
			t.Reason = v.Reason
		}
		if v.Rejection != nil {
			t.Explanation, t.Recommendation = v.Rejection.Reason, v.Rejection.Recommendation
		}
		if v.Other != nil {
			t.Pause = v.Other.Title
		}
	case "message_template_quality_update":
		t.Event, t.PreviousQuality, t.Quality = TemplateQuality, v.PreviousQuality, v.NewQuality
		if t.Quality == "" {
			return malformed("a template's quality is missing")
		}
	case "template_category_update":
		t.Event, t.Category = TemplateCategory, v.NewCategory
		t.PreviousCategory, t.CorrectCategory = v.PreviousCategory, v.CorrectCategory
		t.CategoryAt, _ = seconds(v.CategoryUpdateTime)
		if t.Category == "" {
			return malformed("a template's category is missing")
		}
	default:
		t.Event = TemplateComponents
	}
	b.Templates = append(b.Templates, t)
	return nil
}

func (b *Batch) addNumber(o Origin, field string, v *valueWire) error {
	n := NumberChange{Origin: o, DisplayNumber: plus(onlyDigits(v.DisplayNumber)), What: v.Event}
	switch field {
	case "phone_number_quality_update":
		n.Event, n.Limit = NumberQuality, plainOf(v.DailyLimit)
		if n.Limit == "" {
			n.Limit = v.CurrentLimit
		}
	case "phone_number_name_update":
		n.Event, n.What, n.Name = NumberName, v.Decision, v.RequestedName
		if v.Rejected != "NONE" {
			n.Reason = v.Rejected
		}
	default:
		n.Event = NumberSecurity
	}
	if n.What == "" || n.DisplayNumber == "" {
		return malformed("a number's change lacks the number or what happened")
	}
	b.Numbers = append(b.Numbers, n)
	return nil
}

func (b *Batch) addCapability(o Origin, v *valueWire) error {
	c := Capability{
		Origin:             o,
		DailyRecipients:    limitOf(plainOf(v.DailyLimit)),
		NumbersPerBusiness: limitOf(v.NumbersPerBusiness.String()),
		NumbersPerAccount:  limitOf(v.NumbersPerAccount.String()),
	}
	if c.DailyRecipients == 0 && c.NumbersPerBusiness == 0 && c.NumbersPerAccount == 0 {
		return malformed("a capability names no number that we read")
	}
	b.Capabilities = append(b.Capabilities, c)
	return nil
}

func (b *Batch) addAccount(o Origin, field string, v *valueWire) error {
	a := AccountChange{Origin: o, Event: v.Event, EntityType: v.EntityType, EntityID: plainOf(v.EntityID)}
	switch {
	case field == "account_alerts" && v.Alert != nil:
		a.Alert = true
		a.Event, a.Severity, a.State, a.Explanation = v.Alert.Type, v.Alert.Severity, v.Alert.Status, v.Alert.Description
	case field == "account_review_update":
		a.Event, a.State = "REVIEW", v.Decision
	}
	for _, r := range v.Restrictions {
		until, _ := seconds(r.Expiration)
		a.Restrictions = append(a.Restrictions, Restriction{r.Type, until})
	}
	if v.Violation != nil {
		a.Violation = v.Violation.Type
	}
	if v.Ban != nil {
		a.State = v.Ban.State
	}
	if a.Event == "" {
		return malformed("an account's change does not say what happened")
	}
	b.Accounts = append(b.Accounts, a)
	return nil
}

// mostLimit is beyond any limit that is not "unlimited", and within what counts of people are kept in.
const mostLimit = 1_000_000_000

// limitOf reads a limit in any of the forms that the platform writes: 2000, "2K", "TIER_100K", "UNLIMITED". 0 = none of
// them, or more than mostLimit; -1 = unlimited.
func limitOf(s string) int {
	s = strings.TrimPrefix(strings.ToUpper(s), "TIER_")
	if s == "UNLIMITED" {
		return -1
	}
	scale := 1
	if thousands, ok := strings.CutSuffix(s, "K"); ok {
		s, scale = thousands, 1000
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > mostLimit/scale {
		return 0
	}
	return n * scale
}

// plainOf is a value that has been seen as text and as number.
func plainOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(raw, &number) == nil {
		return number.String()
	}
	return ""
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
