namespace Failback.Contracts.Control;

/// <summary>What the schemas of a target are to those of the source.</summary>
public enum SchemaNaming
{
    /// <summary>A table has the schema that it has at the source.</summary>
    Same,

    /// <summary>A schema is a user's: a table has that of the source where the target has one of the name, else any.</summary>
    Own,

    /// <summary>There is one namespace: the name of the table counts alone, and filters on schemas do not apply.</summary>
    None,
}
