using System.Text;

namespace Failback.Applier.Oracle.Values;

/// <summary>
/// Which characters a database keeps. Oracle replaces what its character set lacks without a word, so it is looked at before.
/// </summary>
internal sealed class OracleCharacterSet
{
    private readonly Encoding _encoding;

    private OracleCharacterSet(Encoding encoding) => _encoding = encoding;

    public static OracleCharacterSet Unicode { get; } = new(new UTF8Encoding(false, true));

    /// <summary>The value of NLS_CHARACTERSET; of one that is not known here only ASCII is trusted.</summary>
    public static OracleCharacterSet Of(string name)
    {
        if (name is "AL32UTF8" or "UTF8") return Unicode;
        int page = name switch
        {
            "WE8MSWIN1252" => 1252,
            "EE8MSWIN1250" => 1250,
            "CL8MSWIN1251" => 1251,
            "EL8MSWIN1253" => 1253,
            "TR8MSWIN1254" => 1254,
            "IW8MSWIN1255" => 1255,
            "AR8MSWIN1256" => 1256,
            "BLT8MSWIN1257" => 1257,
            "WE8ISO8859P1" => 28591,
            "EE8ISO8859P2" => 28592,
            "CL8ISO8859P5" => 28595,
            "EL8ISO8859P7" => 28597,
            "WE8ISO8859P9" => 28599,
            "WE8ISO8859P15" => 28605,
            "JA16SJIS" => 932,
            "JA16EUC" => 51932,
            "KO16MSWIN949" => 949,
            _ => 20127,
        };
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return new OracleCharacterSet(Encoding.GetEncoding(page, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback));
    }

    /// <summary>Bytes of the text in the database; null: it holds a character that the database cannot keep.</summary>
    public int? Measure(string text)
    {
        try
        {
            return _encoding.GetByteCount(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }
}
