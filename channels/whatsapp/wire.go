package whatsapp

import (
	"bytes"
	"encoding/json"

	"posthaste/channels"
	"posthaste/messaging"
)

// The platform's form of a webhook. Numbers that have been seen as text too are json.Number; texts for people are left
// out.
type webhookWire struct {
	Object string `json:"object"`
	Entry  []struct {
		ID      string      `json:"id"`
		Time    json.Number `json:"time"`
		Changes []struct {
			Field string    `json:"field"`
			Value valueWire `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type valueWire struct {
	Metadata struct {
		PhoneNumberID string `json:"phone_number_id"`
	} `json:"metadata"`
	Contacts    []contactWire    `json:"contacts"`
	Statuses    []statusWire     `json:"statuses"`
	Messages    []messageWire    `json:"messages"`
	Errors      []errorWire      `json:"errors"`
	Preferences []preferenceWire `json:"user_preferences"`
	managementWire
}

type contactWire struct {
	WaID         string `json:"wa_id"`
	UserID       string `json:"user_id"`
	ParentUserID string `json:"parent_user_id"`
	Profile      struct {
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"profile"`
}

type errorWire struct {
	Code json.Number `json:"code"`
}

func (e errorWire) failure() (channels.Failure, error) {
	code, err := e.Code.Int64()
	if err != nil {
		return channels.Failure{}, malformed("an error has no code")
	}
	play, _ := PlayOf(int(code))
	return play.failure(), nil
}

type statusWire struct {
	ID           string       `json:"id"`
	Status       string       `json:"status"`
	Timestamp    json.Number  `json:"timestamp"`
	Recipient    string       `json:"recipient_id"`
	UserID       string       `json:"recipient_user_id"`
	ParentUserID string       `json:"parent_recipient_user_id"`
	Callback     string       `json:"biz_opaque_callback_data"`
	Pricing      *pricingWire `json:"pricing"`
	Errors       []errorWire  `json:"errors"`
}

type pricingWire struct {
	Billable *bool  `json:"billable"`
	Model    string `json:"pricing_model"`
	Type     string `json:"type"`
	Category string `json:"category"`
}

func (w *statusWire) status(o Origin, p people) (Status, error) {
	kind := StatusKind(w.Status)
	if kind.Rank() == 0 && kind != Failed {
		return Status{}, errUnknownKind // "deleted" of old, "warning" …
	}
	at, ok := seconds(w.Timestamp)
	if w.ID == "" || !ok {
		return Status{}, malformed("a status lacks its id or time")
	}
	s := Status{
		Origin: o, Kind: kind, ProviderID: w.ID, Correlation: w.Callback, Time: at,
		Recipient: p.party(w.Recipient, w.UserID, w.ParentUserID),
	}
	if w.Pricing != nil {
		s.Pricing = Pricing{Type: w.Pricing.Type, Category: w.Pricing.Category, Model: w.Pricing.Model, Billable: w.Pricing.Billable}
	}
	if kind == Failed {
		s.Failure = channels.Failure{Action: channels.Final, Scope: channels.OfMessage, Reason: "WhatsApp gave the message up and names no cause."}
		if len(w.Errors) > 0 {
			f, err := w.Errors[0].failure()
			if err != nil {
				return Status{}, err
			}
			s.Failure = f
		}
	}
	return s, nil
}

type messageWire struct {
	ID           string      `json:"id"`
	From         string      `json:"from"`
	UserID       string      `json:"from_user_id"`
	ParentUserID string      `json:"from_parent_user_id"`
	Timestamp    json.Number `json:"timestamp"`
	Type         string      `json:"type"`
	contentWire
	Context *struct {
		ID                  string `json:"id"`
		Forwarded           bool   `json:"forwarded"`
		FrequentlyForwarded bool   `json:"frequently_forwarded"`
	} `json:"context"`
	Edit *struct {
		Original string `json:"original_message_id"`
		Message  struct {
			Type string `json:"type"`
			contentWire
		} `json:"message"`
	} `json:"edit"`
	Revoke *struct {
		Original string `json:"original_message_id"`
	} `json:"revoke"`
	System *struct {
		Type                 string `json:"type"`
		WaID                 string `json:"wa_id"`
		NewWaID              string `json:"new_wa_id"`
		UserID               string `json:"user_id"`
		ParentUserID         string `json:"parent_user_id"`
		PreviousUserID       string `json:"previous_user_id"`
		PreviousParentUserID string `json:"previous_parent_user_id"`
	} `json:"system"`
	Referral *struct {
		SourceURL  string `json:"source_url"`
		SourceID   string `json:"source_id"`
		SourceType string `json:"source_type"`
		Headline   string `json:"headline"`
		Body       string `json:"body"`
		ClickID    string `json:"ctwa_clid"`
	} `json:"referral"`
	Errors []errorWire `json:"errors"`
}

// contentWire is what can be said, also in an edit.
type contentWire struct {
	Text *struct {
		Body string `json:"body"`
	} `json:"text"`
	Image    *mediaWire `json:"image"`
	Video    *mediaWire `json:"video"`
	Audio    *mediaWire `json:"audio"`
	Document *mediaWire `json:"document"`
	Sticker  *mediaWire `json:"sticker"`
	Button   *struct {
		Payload string `json:"payload"`
		Text    string `json:"text"`
	} `json:"button"`
	Interactive *interactiveWire `json:"interactive"`
	Location    *struct {
		Latitude  json.Number `json:"latitude"`
		Longitude json.Number `json:"longitude"`
		Name      string      `json:"name"`
		Address   string      `json:"address"`
	} `json:"location"`
	Contacts json.RawMessage `json:"contacts"`
	Reaction *struct {
		MessageID string `json:"message_id"`
		Emoji     string `json:"emoji"`
	} `json:"reaction"`
	Order *struct {
		CatalogID string `json:"catalog_id"`
		Text      string `json:"text"`
		Items     []struct {
			RetailerID string      `json:"product_retailer_id"`
			Quantity   json.Number `json:"quantity"`
			Price      json.Number `json:"item_price"`
			Currency   string      `json:"currency"`
		} `json:"product_items"`
	} `json:"order"`
}

type mediaWire struct {
	ID       string `json:"id"`
	MIME     string `json:"mime_type"`
	SHA256   string `json:"sha256"`
	URL      string `json:"url"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
	Voice    bool   `json:"voice"`
	Animated bool   `json:"animated"`
}

type interactiveWire struct {
	Type   string `json:"type"`
	Button *struct {
		ID    string `json:"id"`
		Title string `json:"title"`
	} `json:"button_reply"`
	List *struct {
		ID          string `json:"id"`
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"list_reply"`
	Form *struct {
		Name     string `json:"name"`
		Body     string `json:"body"`
		Response string `json:"response_json"`
	} `json:"nfm_reply"`
	CallPermission json.RawMessage `json:"call_permission_reply"`
}

type preferenceWire struct {
	WaID         string      `json:"wa_id"`
	UserID       string      `json:"user_id"`
	ParentUserID string      `json:"parent_user_id"`
	Category     string      `json:"category"`
	Value        string      `json:"value"`
	Timestamp    json.Number `json:"timestamp"`
}

func (b *Batch) addPreferences(o Origin, v *valueWire) error {
	if len(v.Preferences) == 0 {
		return errUnknownKind
	}
	p := peopleOf(v.Contacts)
	for _, w := range v.Preferences {
		at, ok := seconds(w.Timestamp)
		if !ok || w.WaID == "" && w.UserID == "" {
			return malformed("a preference lacks its person or time")
		}
		if w.Value != "stop" && w.Value != "resume" {
			return errUnknownKind
		}
		b.Preferences = append(b.Preferences, Preference{
			Origin: o, Person: p.party(w.WaID, w.UserID, w.ParentUserID), Category: w.Category, Stop: w.Value == "stop", Time: at,
		})
	}
	return nil
}

// isNull is true for a value that is absent or null.
func isNull(raw json.RawMessage) bool {
	return len(raw) == 0 || bytes.Equal(raw, []byte("null"))
}

var mediaKinds = [...]messaging.MediaKind{messaging.Image, messaging.Video, messaging.Audio, messaging.Document, messaging.Sticker}
