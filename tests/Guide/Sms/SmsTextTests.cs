using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Guide.Sms;

namespace Tambo.Tests.Guide.Sms;

/// <summary>One message, whatever a record holds, and nothing in it that would lead somebody astray.</summary>
public sealed class SmsTextTests
{
    private static readonly SmsParts Clinic = new()
    {
        Name = "Clínica del faro",
        Address = ["Calle del Faro 12", "Puerto Lumen", "México"],
        Phone = "+9995550117",
        Hours = "Hoy 8:00–18:00",
        Link = "https://guia.example.org/s/AAAAAAAAAAAAAAAAAAAAAA",
    };

    [Fact]
    public void A_short_record_is_told_whole_in_the_alphabet_of_the_network()
    {
        var message = SmsText.Of(Clinic);

        const string Expected = "Clinica del faro\nCalle del Faro 12, Puerto Lumen, México\n+9995550117\nHoy 8:00-18:00\nhttps://guia.example.org/s/AAAAAAAAAAAAAAAAAAAAAA";
        Assert.Equal((Expected, "GSM-7", Expected.Length, 160), (message.Text, message.Encoding, message.Units, message.Limit));
    }

    // 3GPP TS 23.038: these are in the alphabet, and each of the second row takes an escape besides.
    [Theory]
    [InlineData("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¡¿ÄÖÑÜ§äöñüà", 1)]
    [InlineData("^{}\\[~]|€", 2)]
    public void Letters_of_the_alphabet_stay_and_are_counted_as_the_network_counts_them(string letters, int each)
    {
        Assert.Equal(letters, Gsm7.Fold(letters));
        Assert.Equal(letters.Length * each, Gsm7.Septets(letters));
    }

    [Theory]
    [InlineData("São José, Três Corações nº 3", "Sao José, Tres Coracoes no 3")]
    [InlineData("Año – “L’œuvre”…", "Año - \"L'oeuvre\"...")]
    [InlineData("Kafou Fèy, lè w rive", "Kafou Fèy, lè w rive")]
    public void What_the_alphabet_lacks_is_written_with_what_it_has(string text, string folded)
    {
        Assert.Equal(folded, Gsm7.Fold(text));
        Assert.NotNull(Gsm7.Septets(folded));
    }

    [Fact]
    public void A_script_of_its_own_is_kept_and_holds_less()
    {
        var message = SmsText.Of(Clinic with { Name = "Клиника у маяка" });

        Assert.Equal(("UCS-2", 70), (message.Encoding, message.Limit));
        Assert.StartsWith("Клиника у маяка\n", message.Text, StringComparison.Ordinal);
        Assert.Contains("+9995550117", message.Text, StringComparison.Ordinal);
        Assert.True(message.Units <= 70);
    }

    [Fact]
    public void A_drawing_in_a_name_does_not_halve_the_message()
    {
        var message = SmsText.Of(Clinic with { Name = "Clínica del faro 🏥❤️" });
        Assert.Equal("GSM-7", message.Encoding);
        Assert.StartsWith("Clinica del faro\n", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_link_gives_way_before_the_hours_and_the_hours_before_the_street_and_the_number_never()
    {
        const string Street = "Avenida de los Constituyentes de la Republica 12345 interior 67, segundo piso, puerta verde";
        var message = SmsText.Of(Clinic with { Name = "Centro de salud y orientacion de la estacion vieja", Address = [Street, "Puerto Lumen", "Mexico"] });

        Assert.Equal(["Centro de salud y...", Street, "+9995550117", "Hoy 8:00-18:00"], message.Text.Split('\n'));
        Assert.True(message.Units <= 160);
        var tighter = SmsText.Of(Clinic with { Name = "Centro de salud", Address = [Street + " del patio interior a mano izquierda"] });
        Assert.Equal(["Centro de salud", Street + " del patio interior a mano izquierda", "+9995550117"], tighter.Text.Split('\n'));
    }

    [Fact]
    public void That_a_place_is_closed_for_the_time_being_is_said_before_where_it_is()
    {
        var message = SmsText.Of(Clinic with { Name = new string('N', 90), Warning = "Cerrado por el momento", Address = [new string('A', 120)], Hours = "" });
        Assert.Contains("Cerrado por el momento", message.Text, StringComparison.Ordinal);
        Assert.Contains("+9995550117", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA\n", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentence_in_place_of_a_number_is_left_out_whole()
    {
        var message = SmsText.Of(Clinic with { Phone = "Llamar solo por las mañanas al 555 0117 o al 555 0118" });
        Assert.DoesNotContain("555", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_a_record_holds_it_is_one_message_with_the_number_whole_and_no_part_of_an_address_cut()
    {
        var letters = Gen.Elements("abc ABC áéñç -–|€^[]…’“1234567890 שלום мир 中文 ሰላም 🙂👩‍⚕️\n\t\u0000\u200b".EnumerateRunes().Select(rune => rune.ToString()).ToArray());
        var text = letters.ArrayOf().Select(string.Concat);
        var longer = Gen.Sized(size => letters.ArrayOf(size * 4).Select(string.Concat));
        var phone = Gen.Choose(3, 18).SelectMany(length => Gen.Elements("0123456789".ToCharArray()).ArrayOf(length)).Select(digits => "+" + new string(digits));
        var all = from name in Gen.OneOf(text, longer)
                  from street in Gen.OneOf(text, longer)
                  from town in text
                  from number in phone
                  from hours in text
                  from link in text
                  from warning in text
                  select new SmsParts { Name = name, Address = [street, town], Phone = number, Hours = hours, Link = link, Warning = warning };

        Prop.ForAll(all.ToArbitrary(), parts =>
        {
            var message = SmsText.Of(parts);
            Assert.True(message.Units <= message.Limit, message.Text);
            Assert.Contains(parts.Phone, message.Text.Split('\n'));
            // Counted here a second time, by the rule: outside of the GSM alphabet each unit of UTF-16 counts one.
            var extended = message.Text.Count(letter => "^{}\\[~]|€".Contains(letter, StringComparison.Ordinal));
            Assert.Equal(message.Encoding == "GSM-7" ? message.Text.Length + extended : message.Text.Length, message.Units);
            Assert.Equal(message.Encoding == "GSM-7" ? 160 : 70, message.Limit);
            // No half of a pair, which would be shown as a box.
            Assert.DoesNotContain('\uFFFD', Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(message.Text)));
            Assert.DoesNotContain(message.Text, letter => char.IsControl(letter) && letter != '\n');
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("Casa de las hierbas del camino", 18, "Casa de las…")]
    [InlineData("Casa", 18, "Casa")]
    [InlineData("Wohngemeinschaftshaus", 10, "Wohngemei…")]
    public void A_name_is_cut_at_a_word_where_there_is_one(string name, int most, string cut)
    {
        Assert.Equal(cut, SmsText.Shorten(name, most));
        Assert.True(new StringInfo(SmsText.Shorten(name, most)).LengthInTextElements <= most);
    }
}
