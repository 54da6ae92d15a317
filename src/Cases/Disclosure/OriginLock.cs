using Tambo.Cases.Access;
using Tambo.Platform.Places;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// The lock that nothing opens: of a person who needs protection, and of a claim for it, nothing goes to the country they
/// come from. Where a country is not known, it counts as theirs.
/// </summary>
internal static class OriginLock
{
    /// <summary>True when the lock stands between a reader and a field.</summary>
    /// <param name="person">Whose data it is.</param>
    /// <param name="reader">Who would see it.</param>
    /// <param name="isInside">True for those who have it from the person, or look over those who have: nothing leaves by their looking.</param>
    /// <param name="compartment">Where the field lies.</param>
    /// <param name="hostCountry">Where the node stands.</param>
    /// <param name="vocabulary">The kinds of recipients.</param>
    public static bool Stands(PersonFacts person, Reader reader, bool isInside, string compartment, string hostCountry, Vocabulary vocabulary)
    {
        if (!person.ProtectionNeed && compartment != Compartments.Asylum)
            return false;
        // A consulate may act for another state (VCCR art. 8), so that its own flag says nothing.
        if (reader.IsConsular(vocabulary))
            return true;
        var theirs = person.Nationalities.Concat(person.Origins).ToList();
        // The agency that looks after somebody in their own country has what it has from themselves.
        if (isInside)
            return reader.Country is { } own && !CountryCodes.Same(own, hostCountry) && theirs.Exists(country => CountryCodes.Same(country, own));
        if (reader.Country is not { } other)
            return true;
        if (other == Reader.NoState)
            return false;
        return theirs.Count == 0 ? !CountryCodes.Same(other, hostCountry) : theirs.Exists(country => CountryCodes.Same(country, other));
    }
}

/// <summary>Codes of countries, of which one may be written with two letters and another with three.</summary>
internal static class CountryCodes
{
    /// <summary>True when two codes mean one country.</summary>
    public static bool Same(string one, string other) =>
        string.Equals(one, other, StringComparison.OrdinalIgnoreCase)
        || (Countries.Find(one) is { } known && known == Countries.Find(other));
}
