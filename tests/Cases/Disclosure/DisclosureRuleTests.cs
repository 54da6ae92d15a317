using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>Each rule of disclosure by one example where nothing but that rule decides: changed by one thing, the answer is the other.</summary>
public class DisclosureRuleTests
{
    [Fact]
    public void Who_looks_after_a_person_sees_what_their_rights_open() =>
        Flips(new World(), "looks_after", world => world.Rights["see"] = "none", "right_missing");

    [Fact]
    public void A_right_held_for_another_team_opens_nothing_here() =>
        Flips(new World { ScopeKind = "team" }, "looks_after", world => world.Rights["read"] = "elsewhere", "out_of_scope");

    [Theory, InlineData("own"), InlineData("team"), InlineData("agency"), InlineData("place"), InlineData("node")]
    public void A_right_reaches_the_person_through_each_scope(string scope) =>
        Assert.Equal("looks_after", Reason(new World { ScopeKind = scope }));

    [Theory, InlineData(DisclosureRoute.Print), InlineData(DisclosureRoute.Export), InlineData(DisclosureRoute.Preview), InlineData(DisclosureRoute.Exchange)]
    public void Somebody_of_another_agency_takes_nothing_along_without_the_persons_consent_however_many_rights_they_have(object route) =>
        Flips(Elsewhere((DisclosureRoute)route), "consent", world => world.Consents.Clear(), "no_consent");

    [Fact]
    public void Somebody_of_another_agency_needs_rights_however_much_the_person_agreed() =>
        Flips(Elsewhere(DisclosureRoute.Print), "consent", world => world.Rights["see"] = "none", "right_missing");

    [Theory, InlineData("own"), InlineData("team"), InlineData("agency"), InlineData("place"), InlineData("node")]
    public void Whom_grants_let_look_over_another_agency_looks_and_no_more(string scope)
    {
        foreach (var route in new[] { DisclosureRoute.View, DisclosureRoute.List })
            Flips(new World { ReaderKind = "other_agency", ScopeKind = scope, Route = route }, "granted_reach", world => world.Route = DisclosureRoute.Print, "no_consent");
        Flips(new World { ReaderKind = "other_agency", ScopeKind = scope }, "granted_reach", world => world.Rights["see"] = "elsewhere", "out_of_scope");
        Flips(new World { ReaderKind = "other_agency", ScopeKind = scope }, "granted_reach", world => world.Purpose = "media", "no_consent");
    }

    [Fact]
    public void A_consent_opens_no_file_on_the_screen_of_whom_no_grant_leads_there()
    {
        var world = Elsewhere(DisclosureRoute.Print);
        world.Rights["read"] = "elsewhere";
        Flips(world, "consent", changed => changed.Route = DisclosureRoute.View, "out_of_scope");
    }

    [Fact]
    public void A_case_leads_to_its_person_for_those_alone_who_may_know_what_kind_of_case_it_is()
    {
        var world = new World { CaseHome = "health", SeesHome = true, Rights = new() { ["read"] = "case", ["see"] = "case", ["export"] = "none", ["break_glass"] = "none" } };
        Flips(world, "looks_after", changed => changed.SeesHome = false, "out_of_scope");
        (world.SeesHome, world.ReaderKind) = (true, "other_agency");
        Flips(world, "granted_reach", changed => changed.CaseHome = "", "out_of_scope");
    }

    [Fact]
    public void Authorities_that_look_over_another_agency_are_of_their_state_there()
    {
        var world = new World { ReaderKind = "other_agency", Classes = ["child_protection"], ProtectionNeed = true, Nationalities = ["XH"] };
        Flips(world, "origin_lock", changed => changed.Classes = ["legal_aid"], "granted_reach");
    }

    [Fact]
    public void Who_works_for_two_agencies_is_shut_out_by_what_either_is_and_has_what_either_has()
    {
        var request = new World { Classes = [], Route = DisclosureRoute.Print }.Request();
        Reader Of(string agency, params string[] classes) => request.Reader with { Agency = agency, Classes = classes };
        string Decided(params Reader[] readers) => Assert.Single(DisclosureDecision.Decide(readers, reader => request with { Reader = reader }).Fields).Reason;
        Assert.Equal("looks_after", Decided(Of("agency-2"), Of("agency-1")));
        Assert.Equal("no_consent", Decided(Of("agency-2"), Of("agency-3")));
        request = request with { Fields = [new AskedField("the-field", "violence")], Reader = new World { Compartment = "violence" }.Request().Reader };
        Assert.Equal("closed_to_kind", Decided(Of("agency-1"), Of("agency-2", "police")));
        Assert.Equal("looks_after", Decided(Of("agency-1"), Of("agency-2")));
    }

    [Fact]
    public void An_organisation_receives_what_the_person_agreed_to() =>
        Flips(Consented(), "consent", world => world.Consents[0].SameCategory = false, "consent_elsewhere");

    [Fact]
    public void Leave_to_see_is_no_leave_to_receive() =>
        Flips(Consented(), "consent", world => world.Consents[0].SameAction = false, "consent_elsewhere");

    [Fact]
    public void Agreed_for_one_purpose_is_not_agreed_for_another() =>
        Flips(Consented(), "consent", world => world.Consents[0].SamePurpose = false, "consent_elsewhere");

    [Fact]
    public void Agreed_for_one_recipient_is_not_agreed_for_another() =>
        Flips(Consented(), "consent", world => world.Consents[0].To = "another", "consent_elsewhere");

    [Fact]
    public void A_consent_for_one_field_opens_no_other() =>
        Flips(Consented(), "consent", world => world.Consents[0].Fields = "another", "consent_elsewhere");

    [Fact]
    public void A_consent_ends_at_the_very_moment_at_which_it_expires() =>
        Flips(Consented(), "consent", world => world.Consents[0].State = "expired", "consent_expired");

    [Fact]
    public void A_consent_taken_back_carries_nothing_from_that_moment() =>
        Flips(Consented(), "consent", world => world.Consents[0].State = "withdrawn", "consent_withdrawn");

    [Theory, InlineData("notice"), InlineData("points"), InlineData("not_free"), InlineData("too_long"), InlineData("giver"), InlineData("form")]
    public void What_is_no_consent_carries_nothing(string fault) =>
        Flips(Consented(), "consent", world => world.Consents[0].Fault = fault, "consent_invalid");

    [Fact]
    public void Another_persons_consent_carries_nothing() =>
        Flips(Consented(), "consent", world => world.Consents[0].OfAnother = true, "no_consent");

    [Fact]
    public void At_a_handover_only_the_consent_of_the_referral_carries() =>
        Flips(Consented(), "consent", world => world.Only = "none", "no_consent");

    [Theory, InlineData("class"), InlineData("one")]
    public void Never_to_them_beats_consent(string excludes) =>
        Flips(Consented(), "consent", world => world.Consents.Add(new ConsentWords { Excludes = excludes }), "excluded");

    [Fact]
    public void Never_to_them_beats_the_agency_that_looks_after_the_person() =>
        Flips(new World(), "looks_after", world => world.Consents.Add(new ConsentWords { Excludes = "agency" }), "excluded");

    [Fact]
    public void Never_to_them_beats_a_legal_basis() =>
        Flips(Lifesaving(), "legal_basis", world => world.Consents.Add(new ConsentWords { Excludes = "class" }), "excluded");

    [Fact]
    public void Never_to_them_beats_broken_glass() =>
        Flips(Broken(), "break_glass", world => world.Consents.Add(new ConsentWords { Excludes = "one" }), "excluded");

    [Fact]
    public void Never_to_them_outlives_the_consent_it_was_said_with() =>
        Flips(Consented(), "consent", world => world.Consents.Add(new ConsentWords { Excludes = "one", State = "withdrawn" }), "excluded");

    [Fact]
    public void Never_to_the_authorities_of_a_country_means_those_of_which_nobody_knows_the_country_too()
    {
        var world = Consented();
        world.Classes = ["police"];
        world.ReaderCountry = null;
        Flips(world, "consent", changed => changed.Consents.Add(new ConsentWords { Excludes = "origin" }), "excluded");
    }

    [Fact]
    public void Nothing_of_a_person_who_needs_protection_goes_to_their_country_whatever_they_agreed_to()
    {
        var world = Consented();
        world.ReaderCountry = "XA";
        Flips(world, "consent", changed => changed.ProtectionNeed = true, "origin_lock");
    }

    [Fact]
    public void The_lock_knows_a_country_written_in_two_letters_or_three()
    {
        var world = Consented();
        (world.ReaderCountry, world.Nationalities) = ("HTI", ["HT"]);
        Flips(world, "consent", changed => changed.ProtectionNeed = true, "origin_lock");
    }

    [Fact]
    public void The_lock_knows_where_somebody_fled_from_whatever_their_passport_says()
    {
        var world = Consented();
        (world.ProtectionNeed, world.ReaderCountry, world.Nationalities) = (true, "XB", ["XA"]);
        Flips(world, "consent", changed => changed.Origins = ["XB"], "origin_lock");
    }

    [Fact]
    public void A_claim_for_protection_never_goes_to_that_country_even_when_nobody_has_set_the_flag()
    {
        var world = Consented();
        (world.Compartment, world.Classes) = ("asylum", ["legal_aid"]);
        Flips(world, "consent", changed => changed.ReaderCountry = "XA", "origin_lock");
    }

    [Fact]
    public void No_consulate_receives_anything_of_a_person_who_needs_protection_not_even_a_third_countrys()
    {
        var world = Consented();
        (world.Purpose, world.Classes, world.ReaderCountry, world.AskedForConsulate) = ("consular", ["consulate"], "XB", true);
        Flips(world, "consent", changed => changed.ProtectionNeed = true, "origin_lock");
    }

    [Fact]
    public void A_recipient_of_which_nobody_knows_the_country_counts_as_of_theirs()
    {
        var world = Consented();
        world.ProtectionNeed = true;
        Flips(world, "consent", changed => changed.ReaderCountry = null, "origin_lock");
    }

    [Fact]
    public void While_nobody_knows_where_somebody_comes_from_only_the_host_country_and_who_belongs_to_none_receive()
    {
        var world = Consented();
        (world.ProtectionNeed, world.Nationalities) = (true, []);
        Flips(world, "consent", changed => changed.ReaderCountry = "XB", "origin_lock");
        world.ReaderCountry = "001";
        Assert.Equal("consent", Reason(world));
    }

    [Fact]
    public void A_legal_basis_does_not_lift_the_lock() => Flips(Lifesaving(), "legal_basis", world => (world.ProtectionNeed, world.ReaderCountry) = (true, "XA"), "origin_lock");

    [Fact]
    public void Broken_glass_does_not_lift_the_lock()
    {
        var world = Broken();
        world.ReaderCountry = "XA";
        Flips(world, "break_glass", changed => changed.ProtectionNeed = true, "origin_lock");
    }

    [Theory, InlineData(DisclosureRoute.List), InlineData(DisclosureRoute.Preview), InlineData(DisclosureRoute.Export)]
    public void Orientation_and_identity_show_in_no_list_preview_or_export(object route)
    {
        var world = new World { Compartment = "lgbti" };
        Flips(world, "looks_after", changed => changed.Route = (DisclosureRoute)route, "not_chosen");
    }

    [Fact]
    public void Orientation_and_identity_show_in_a_list_of_the_recipient_that_the_person_chose_by_name()
    {
        var world = Consented();
        (world.Compartment, world.Route) = ("lgbti", DisclosureRoute.Preview);
        world.Consents[0].To = "one";
        Flips(world, "consent", changed => changed.Consents[0].To = "class", "not_chosen");
    }

    [Fact]
    public void A_consulate_hears_of_a_person_only_when_the_person_asked()
    {
        var world = Consented();
        (world.Purpose, world.Classes, world.AskedForConsulate) = ("consular", ["consulate"], true);
        Flips(world, "consent", changed => changed.AskedForConsulate = false, "consulate_not_asked");
    }

    [Fact]
    public void Consular_users_never_see_a_claim_for_asylum()
    {
        var world = new World { Classes = ["consulate"], AskedForConsulate = true };
        Flips(world, "looks_after", changed => changed.Compartment = "asylum", "origin_lock");
    }

    [Theory, InlineData("police"), InlineData("migration_control")]
    public void Police_and_migration_control_never_open_what_protection_has_written(string kind)
    {
        foreach (var compartment in new[] { "violence", "lgbti", "asylum", "child" })
            Flips(new World { Compartment = compartment }, "looks_after", world => world.Classes = [kind], "closed_to_kind");
    }

    [Fact]
    public void Exporting_needs_a_right_of_its_own() =>
        Flips(new World { Route = DisclosureRoute.Export }, "looks_after", world => world.Rights["export"] = "none", "export_right_missing");

    [Fact]
    public void Looking_after_somebody_is_no_leave_to_tell_their_story() => Flips(new World(), "looks_after", world => world.Purpose = "media", "no_consent");

    [Fact]
    public void A_study_without_names_has_no_names()
    {
        var world = Consented();
        world.Purpose = "research_deidentified";
        Flips(world, "consent", changed => changed.Compartment = "identity", "says_who");
    }

    [Fact]
    public void A_legal_basis_opens_what_the_data_says_and_no_more()
    {
        Flips(Lifesaving(), "legal_basis", world => world.Compartment = "violence", "basis_unfit");
        Flips(Lifesaving(), "legal_basis", world => world.Classes = ["police"], "basis_unfit");
        Flips(Lifesaving(), "legal_basis", world => world.Purpose = "return", "basis_unfit");
        Flips(Lifesaving(), "legal_basis", world => world.Route = DisclosureRoute.Print, "basis_unfit");
        foreach (var fault in new[] { "person", "reason", "time" })
            Flips(Lifesaving(), "legal_basis", world => world.BasisFault = fault, "basis_unfit");
    }

    [Fact]
    public void A_basis_that_nobody_has_verified_opens_nothing()
    {
        var world = Lifesaving();
        (world.Basis, world.Child, world.Classes) = ("duty_verified", true, ["child_protection"]);
        Flips(world, "legal_basis", changed => changed.Basis = "duty", "basis_unfit");
        world.Basis = "duty_verified";
        Flips(world, "legal_basis", changed => changed.Child = false, "basis_unfit");
    }

    [Theory, InlineData("person"), InlineData("user"), InlineData("compartment"), InlineData("reason"), InlineData("early"), InlineData("late"), InlineData("long")]
    public void Glass_is_broken_for_one_person_by_one_user_for_a_short_time_with_a_reason(string fault) =>
        Flips(Broken(), "break_glass", world => world.GlassFault = fault, "right_missing");

    [Fact]
    public void Glass_is_broken_to_look_and_never_to_take_away()
    {
        foreach (var route in Enum.GetValues<DisclosureRoute>().Where(route => route != DisclosureRoute.View))
            Flips(Broken(), "break_glass", world => world.Route = route, "right_missing");
        Flips(Broken(), "break_glass", world => world.Rights["break_glass"] = "none", "right_missing");
        Flips(Broken(), "break_glass", world => world.ReaderKind = "other_node", "other_node");
    }

    [Fact]
    public void Each_field_is_decided_by_itself_and_says_what_carried_it()
    {
        var request = Consented().Request() with
        {
            Fields = [new AskedField("age_band", "general"), new AskedField("name", "identity"), new AskedField("age_band", "gossip"), new AskedField("language", "general")],
        };
        var answer = DisclosureDecision.Decide(request);
        Assert.Equal([true, false, false, true], answer.Fields.Select(field => field.Allowed));
        Assert.Equal([ConsentWords.IdAt(0), null, null, ConsentWords.IdAt(0)], answer.Fields.Select(field => field.ConsentId));
        // A name that one compartment opens and another refuses is not seen.
        Assert.Equal(["language"], answer.Allowed);
    }

    private static World Consented(string reader = "organisation") => new()
    {
        ReaderKind = reader,
        Purpose = "referral",
        Route = reader == "organisation" ? DisclosureRoute.Referral : DisclosureRoute.View,
        Consents = [new ConsentWords()],
    };

    private static World Elsewhere(DisclosureRoute route) => new() { ReaderKind = "other_agency", Purpose = "referral", Route = route, Consents = [new ConsentWords()] };

    private static World Lifesaving() => new() { ReaderKind = "organisation", Purpose = "services", Route = DisclosureRoute.Referral, Compartment = "health", Classes = ["health_provider"], Basis = "vital" };

    private static World Broken()
    {
        var world = new World { Glass = true };
        world.Rights["see"] = "none";
        world.Rights["break_glass"] = "here";
        return world;
    }

    private static string Reason(World world) => world.Decide().Fields[0].Reason;

    private static void Flips(World world, string before, Action<World> change, string after)
    {
        Assert.Equal(before, Reason(world));
        change(world);
        Assert.Equal(after, Reason(world));
    }
}
