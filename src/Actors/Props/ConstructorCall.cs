using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Linq.Expressions;
using System.Reflection;

namespace Cohort.Actors;

/// <summary>Constructor calls without the price of reflection: compiled once per constructor.</summary>
internal static class ConstructorCall
{
    private static readonly ConcurrentDictionary<ConstructorInfo, Func<object?[], ActorBase>> s_compiled = new();

    public static Func<object?[], ActorBase> Of(ConstructorInfo constructor) => s_compiled.GetOrAdd(constructor, Compile);

    /// <summary>The constructor that takes these arguments.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ConstructorInfo Find(Type type, object?[] arguments) =>
        Array.Find(
            type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic),
            constructor => Fits(constructor.GetParameters(), arguments))
        ?? throw new ArgumentException(
            $"{type} has no constructor for ({string.Join(", ", arguments.Select(a => a?.GetType().Name ?? "null"))}).");

    /// <summary>
    /// The values of a call's arguments; constants and captured variables, which is nearly all, without compiling.
    /// </summary>
    public static object?[] Evaluate(ReadOnlyCollection<Expression> arguments)
    {
        var values = new object?[arguments.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Evaluate(arguments[i]);
        return values;
    }

    private static object? Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member =>
            field.GetValue(member.Expression is null ? null : Evaluate(member.Expression)),
        UnaryExpression { NodeType: ExpressionType.Convert, Method: null } cast
            when cast.Type.IsAssignableFrom(cast.Operand.Type) => Evaluate(cast.Operand),
        _ => Interpret(Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object)))),
    };

    private static object? Interpret(Expression<Func<object?>> expression) => expression.Compile(preferInterpretation: true)();

    private static bool Fits(ParameterInfo[] parameters, object?[] arguments) =>
        parameters.Length == arguments.Length && Array.TrueForAll(
            [.. parameters.Zip(arguments)],
            pair => pair.Second is null
                ? !pair.First.ParameterType.IsValueType || Nullable.GetUnderlyingType(pair.First.ParameterType) is not null
                : pair.First.ParameterType.IsInstanceOfType(pair.Second));

    private static Func<object?[], ActorBase> Compile(ConstructorInfo constructor)
    {
        var arguments = Expression.Parameter(typeof(object?[]));
        var values = constructor.GetParameters().Select((parameter, i) =>
            Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), parameter.ParameterType));
        return Expression.Lambda<Func<object?[], ActorBase>>(Expression.New(constructor, values), arguments).Compile();
    }
}
