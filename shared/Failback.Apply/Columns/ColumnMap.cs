using System.Text;
using Failback.Apply.Tables;
using Failback.Apply.Values;
using Failback.Contracts.Control;

namespace Failback.Apply.Columns;

/// <summary>
/// From the columns of a feed to those of one target table: by name, exact or regardless of case, unless a rule says otherwise.
/// </summary>
public sealed class ColumnMap
{
    /// <summary>The target has no such column.</summary>
    public const int Unknown = -1;

    /// <summary>A rule leaves the column out.</summary>
    public const int LeftOut = -2;

    /// <summary>A rule gives the column of this name to another column of the feed.</summary>
    public const int Contested = -3;

    private readonly TargetTable _table;
    private readonly IReadOnlyList<ColumnRule> _rules;
    private readonly ColumnRule?[] _byOrdinal;

    public ColumnMap(TargetTable table, IReadOnlyList<ColumnRule> rules)
    {
        _table = table;
        _rules = rules;
        _byOrdinal = new ColumnRule?[table.Columns.Count];
        var constants = new List<(int, RawValue)>();
        foreach (ColumnRule rule in rules)
        {
            int ordinal = rule.Ignore ? Unknown : table.FindColumn(rule.Target);
            if (ordinal < 0) continue;
            _byOrdinal[ordinal] = rule;
            if (rule.Constant is { } json) constants.Add((ordinal, new RawValue(Encoding.UTF8.GetBytes(json))));
        }

        Constants = constants;
    }

    /// <summary>Columns that get the same value in every row.</summary>
    public IReadOnlyList<(int Ordinal, RawValue Value)> Constants { get; }

    /// <summary>Ordinal of the target's column for a column of the feed, or one of the negative constants.</summary>
    public int Find(string source)
    {
        if (RuleOf(source) is { } rule) return rule.Ignore || rule.Constant is not null ? LeftOut : _table.FindColumn(rule.Target);
        int ordinal = _table.FindColumn(source);
        return ordinal >= 0 && _byOrdinal[ordinal] is not null ? Contested : ordinal;
    }

    /// <summary>A rule leaves the column out.</summary>
    public bool IsLeftOut(int ordinal) => _rules.Any(r => r.Ignore && _table.FindColumn(r.Column) == ordinal);

    /// <summary>Name at the source of a target column.</summary>
    public string SourceName(int ordinal) => _byOrdinal[ordinal]?.Column ?? _table.Columns[ordinal].Name;

    /// <summary>The constant of a column; a missing value: it has none.</summary>
    public RawValue Constant(int ordinal) => Constants.FirstOrDefault(c => c.Ordinal == ordinal).Value;

    /// <summary>False when values of the column go to the dialect as they arrived.</summary>
    public bool Converts(int ordinal) => _byOrdinal[ordinal] is { } rule && ValueConversion.IsAsked(rule);

    /// <summary>The value in the form that the column's rule asks for.</summary>
    /// <exception cref="ValueException">The value has no such form.</exception>
    public RawValue Convert(int ordinal, RawValue value)
    {
        if (_byOrdinal[ordinal] is not { } rule || value.IsMissing || value.IsNull) return value;
        try
        {
            return ValueConversion.Apply(rule, _table.Columns[ordinal], value);
        }
        catch (ValueException e)
        {
            throw new ValueException($"column {_table.Columns[ordinal].Name}: {e.Message}");
        }
    }

    /// <summary>What keeps the rules from being followed in this table; null: nothing.</summary>
    public string? Problem()
    {
        foreach (ColumnRule rule in _rules)
        {
            int ordinal = _table.FindColumn(rule.Target);
            if (rule.Ignore)
            {
                if (ordinal >= 0 && _table.PrimaryKey.Contains(ordinal) && _byOrdinal[ordinal] is null)
                    return $"column {rule.Column} is part of the target's primary key and cannot be ignored";
                continue;
            }

            if (ordinal < 0) return $"the target has no column {rule.Target}, which the rule of column {rule.Column} names";
            if (_table.Columns[ordinal].IsGenerated && (rule.Constant is not null || rule.Rename is not null))
                return $"column {rule.Target} is computed by the target and cannot be written";
            if (rule.Convert is ColumnConversion.Truncate or ColumnConversion.NearestFloat or ColumnConversion.NearestDouble
                && _table.PrimaryKey.Contains(ordinal))
                return $"column {rule.Target} is part of the target's primary key and cannot be shortened: two rows could become one";
        }

        return null;
    }

    private ColumnRule? RuleOf(string source)
    {
        if (_rules.Count == 0) return null;
        return _rules.FirstOrDefault(r => string.Equals(r.Column, source, StringComparison.Ordinal))
            ?? _rules.FirstOrDefault(
                r => string.Equals(r.Column, source, StringComparison.OrdinalIgnoreCase) && !(Has(source) && Has(r.Column)));
    }

    /// <summary>
    /// The target has a column of exactly this name. Where it has both spellings, a rule for one says nothing of the other.
    /// </summary>
    private bool Has(string name) => _table.FindColumn(name) is >= 0 and int ordinal && _table.Columns[ordinal].Name == name;
}
