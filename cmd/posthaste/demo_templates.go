package main

import (
	"context"
	"fmt"
	"time"

	"posthaste/messaging"
)

// demoTemplates are those that the demo's past sent, one that WhatsApp has paused and one draft.
func demoTemplates() []messaging.Template {
	quick := func(labels ...string) []messaging.TemplateButton {
		var out []messaging.TemplateButton
		for _, label := range labels {
			out = append(out, messaging.TemplateButton{Kind: messaging.QuickReply, Text: label})
		}
		return out
	}
	const optOut = "Reply STOP to opt out"
	offer := func(name, body string, examples []string, state messaging.TemplateState, quality messaging.Quality, labels ...string) messaging.Template {
		return messaging.Template{Name: name, Category: messaging.Marketing, State: state, Quality: quality,
			TemplateText: messaging.TemplateText{Body: body, BodyExamples: examples, Footer: optOut, Buttons: quick(labels...)}}
	}
	service := func(name, body string, examples []string, labels ...string) messaging.Template {
		return messaging.Template{Name: name, Category: messaging.Utility, State: messaging.TemplateApproved, Quality: messaging.QualityGreen,
			TemplateText: messaging.TemplateText{Body: body, BodyExamples: examples, Buttons: quick(labels...)}}
	}
	approved, green := messaging.TemplateApproved, messaging.QualityGreen
	return []messaging.Template{
		offer("season_offer", "Hello {{1}}, the rains are here. Take 20 % off all masala chai until Sunday with the code {{2}} in our shop.",
			[]string{"Asha", "RAIN20"}, approved, messaging.QualityYellow, "Shop now", "Not for me"),
		offer("back_in_stock", "Hello {{1}}, the tea that you asked about is back on our shelves. We keep one for you until tomorrow evening.",
			[]string{"Asha"}, approved, green, "Reserve"),
		offer("loyalty_points", "Hello {{1}}, you have {{2}} points with us. They buy you a free pack of first flush tea this month.",
			[]string{"Asha", "240"}, approved, green, "See my points"),
		service("order_confirmation", "Hello {{1}}, thank you for your order {{2}}. We are packing it now and will tell you when it leaves.", []string{"Asha", "A-1042"}),
		service("delivery_update", "Hello {{1}}, your order {{2}} has left our warehouse and will reach you within three days.",
			[]string{"Asha", "A-1042"}, "Where is it?", "Change the day"),
		service("appointment_reminder", "Hello {{1}}, we look forward to your tea tasting tomorrow at {{2}} in our shop.", []string{"Asha", "16:30"}, "Confirm", "Move it"),
		{Name: "login_code", Category: messaging.Authentication, State: approved, Quality: green},
		offer("price_drop", "Hello {{1}}, the price of a tea that you looked at has dropped. Have another look at it today.",
			[]string{"Asha"}, messaging.TemplatePaused, messaging.QualityRed, "Show me"),
		offer("winter_blend", "Hello {{1}}, our winter blend with ginger and cardamom is new in the shop this week.",
			[]string{"Asha"}, messaging.TemplateDraftState, messaging.QualityUnknown, "Tell me more"),
	}
}

// seedTemplates keeps them, as the platform would have them by now. It gives their ids by name.
func (i *installation) seedTemplates(ctx context.Context, actor messaging.Actor, waba messaging.ID) (map[string]messaging.ID, error) {
	now := time.Now()
	keys, err := i.keys.Of(ctx, actor.Tenant)
	if err != nil {
		return nil, err
	}
	made := map[string]messaging.ID{}
	for n, t := range demoTemplates() {
		t.ID, t.WabaID, t.Language, t.Format, t.AskedCategory = i.ids.Next(), waba, "en", messaging.Positional, t.Category
		t.CreatedAt, t.StateAt = now, now
		if broken := t.Draft().Check(); len(broken) > 0 {
			return nil, fmt.Errorf("the demo template %s: %w", t.Name, broken[0])
		}
		t.TemplateText = t.Draft().Normal().TemplateText
		if t.State != messaging.TemplateDraftState {
			t.MetaID = fmt.Sprint(450001 + n)
		}
		if t.State == messaging.TemplatePaused {
			t.StateReason = "WhatsApp has paused it for 3 hours, because people blocked or reported it."
		}
		if err := i.store.CreateTemplate(ctx, messaging.AuthorOf(actor, i.ids, now, keys), t); err != nil {
			return nil, err
		}
		// A new template is a draft; its review lies in a past that did not happen here.
		_, err := i.store.ChangeTemplate(ctx, messaging.AuthorOf(actor, i.ids, now, keys), t.ID, "", func(kept *messaging.Template) error {
			kept.MetaID, kept.State, kept.StateReason, kept.Quality = t.MetaID, t.State, t.StateReason, t.Quality
			return nil
		})
		if err != nil {
			return nil, err
		}
		made[t.Name] = t.ID
	}
	return made, nil
}
